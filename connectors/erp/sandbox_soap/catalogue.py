"""Materials and invoices, in the ERP's words and in ours. Pure functions."""

from collections.abc import Mapping
from typing import Any

from connectors.erp import is_sku
from connectors.erp.sandbox_soap.figures import money, pieces
from contracts.models.system.erp import v1

Tree = Mapping[str, Any]

INVOICE_STATUS: Mapping[str, Any] = {"O": "open", "P": "paid", "X": "cancelled", "C": "credited"}


def search(query: str | None, limit: int, cursor: str | None) -> Tree:
    wanted = {"Search": query, "PageSize": limit, "After": cursor}
    return {name: value for name, value in wanted.items() if value is not None}


def page(answer: Tree) -> v1.ProductPage:
    told = answer["Materials"]["Material"]
    return v1.ProductPage(
        items=[_product(material) for material in told if is_sku(material["MatNo"])],
        next_cursor=told[-1]["MatNo"] if answer["More"] == "Y" else None,
    )


def _product(material: Tree) -> v1.Product:
    active = material["Active"] == "Y"
    price = money(material["NetPrice"], material["Currency"])
    return v1.Product(
        sku=material["MatNo"],
        name=material["Description"],
        price=price if active else None,
        active=active,
    )


def invoice(answer: Tree) -> v1.Invoice:
    told = answer["Invoice"]
    return v1.Invoice(
        order_id=told["ExtRef"],
        number=told["InvoiceNo"],
        issued_at=told["IssuedAt"],
        status=INVOICE_STATUS[told["Status"]],
        lines=[_line(line, told["Currency"]) for line in told["Lines"]["Line"]],
        total=money(told["Total"], told["Currency"]),
        tax=money(told["TaxTotal"], told["Currency"]),
    )


def _line(line: Tree, currency: str) -> v1.InvoiceLine:
    return v1.InvoiceLine(
        sku=line["MatNo"],
        description=line["Description"],
        quantity=pieces(line["Qty"]),
        unit_price=money(line["UnitPrice"], currency),
        tax_rate=f"{line['TaxPercent'].normalize():f}",
        total=money(line["Amount"], currency),
    )
