"""Sales of Tryton as our sales orders. Nothing here calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from connectors.erp.tryton.catalogue import Product, unit_price
from connectors.vendors.tryton.documents import Route
from connectors.vendors.tryton.values import Row, Values, View, creating, decimal, number, whole
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrder, SalesOrderLine
from contracts.money import amount_of, money_of
from runtime.problems import Missing, Rejected, at

Status = Literal["entered", "confirmed", "cancelled"]

STATUS: Mapping[str, Status] = {
    "draft": "entered",
    "quotation": "entered",
    "confirmed": "confirmed",
    "processing": "confirmed",
    "done": "confirmed",
    "cancelled": "cancelled",
}

ENTERED: Route = {"draft": "quote"}
CONFIRMED: Route = {"draft": "quote", "quotation": "confirm"}
CANCELLED: Route = {"draft": "cancel", "quotation": "cancel", "confirmed": "draft"}
"""Via draft; from processing on there is no way, and the goods are returned instead (quirk 8)."""

BY_HAND: Values = {"invoice_method": "manual", "shipment_method": "manual"}
"""Quirk 11."""

RETURN = "/cancel"
"""Added to the reference of an order, the reference of the sale that returns it."""


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    id: int
    reference: str
    state: str
    number: str
    party: int
    customer_id: str
    invoice_address: int | None
    shipment_address: int | None
    currency: str
    payment_reference: str | None
    total: Decimal
    lines: Sequence[Line]
    comment: str
    stamp: str

    @property
    def status(self) -> Status:
        return STATUS[self.state]


def _sale(row: Row) -> Sale:
    lines = sorted(row["lines."], key=lambda line: int(line["id"]))
    return Sale(
        id=row["id"],
        reference=row["reference"],
        state=row["state"],
        number=row["number"] or f"({row['id']})",  # as Tryton itself names a draft
        party=row["party."]["id"],
        customer_id=row["party."]["code"],
        invoice_address=row["invoice_address"],
        shipment_address=row["shipment_address"],
        currency=row["currency."]["code"],
        payment_reference=row["description"] or None,
        total=number(row["total_amount"]),
        lines=[_line(line) for line in lines if line["type"] == "line"],
        comment=row["comment"] or "",
        stamp=row["_timestamp"],
    )


def _line(row: Row) -> Line:
    product = Product(row["product."]["id"], row["product."]["code"], row["unit"])
    return Line(product, whole(row["quantity"]), number(row["unit_price"]))


LINE_FIELDS = ("type", "product.code", "unit", "quantity", "unit_price")
SALES = View(
    "sale.sale",
    (
        *("reference", "state", "number", "party.code", "invoice_address", "shipment_address"),
        *("currency.code", "description", "total_amount", "comment", "_timestamp"),
        *(f"lines.{field}" for field in LINE_FIELDS),
    ),
    _sale,
)


@dataclass(frozen=True, slots=True)
class Held:
    """An order, and the sale that returns it, if there is one (quirk 8)."""

    sale: Sale
    returned: Sale | None

    @property
    def status(self) -> Status:
        back = self.returned is not None and self.returned.status == "confirmed"
        return "cancelled" if back else self.sale.status


RANK: Mapping[Status, int] = {"confirmed": 0, "entered": 1, "cancelled": 2}


def chosen(same_reference: Sequence[Sale]) -> Sale:
    """Of several: what was confirmed, else what lives; of equals the oldest (quirk 6)."""
    return min(same_reference, key=lambda sale: (RANK[sale.status], sale.id))


def surplus(found: Sequence[Sale], reference: str) -> list[Sale]:
    """What lives beside the chosen one."""
    same = [sale for sale in found if sale.reference == reference]
    return [sale for sale in same if sale.status == "entered" and sale is not chosen(same)]


def held(found: Sequence[Sale], order_id: str) -> Held:
    orders = [sale for sale in found if sale.reference == order_id]
    returns = [sale for sale in found if sale.reference == order_id + RETURN]
    if not orders:
        raise Missing("the ERP has no such sales order")
    return Held(chosen(orders), chosen(returns) if returns else None)


def currency_of(order: NewSalesOrder) -> str:
    if {line.unit_price.currency for line in order.lines} != {order.currency}:
        raise Rejected(kind="wrong-currency", errors=[at("/currency", "the prices have another")])
    return order.currency


def new_sale(order_id: str, order: NewSalesOrder, products: Mapping[str, Product]) -> Values:
    errors = [
        at(f"/lines/{place}/sku", "no such product")
        for place, line in enumerate(order.lines)
        if line.sku not in products
    ]
    if errors:
        raise Rejected(kind="unknown-sku", title="There is no such product", errors=errors)
    lines = [
        _new_line(products[line.sku], line.quantity, amount_of(line.unit_price))
        for line in order.lines
    ]
    return {
        **BY_HAND,
        "reference": order_id,
        "description": order.payment_reference,
        "lines": [creating(*lines)],
    }


def return_sale(sale: Sale, reference: str, goods: Sequence[Line]) -> Values:
    """The same with negative quantities, as Tryton's own wizard makes it."""
    lines = [_new_line(line.product, -line.quantity, line.price) for line in goods]
    return {
        **BY_HAND,
        "reference": reference,
        "origin": f"{SALES.model},{sale.id}",
        "party": sale.party,
        "invoice_address": sale.invoice_address,
        "shipment_address": sale.shipment_address,
        "lines": [creating(*lines)],
    }


def _new_line(product: Product, quantity: int, price: Decimal) -> Values:
    return {
        "type": "line",
        "product": product.id,
        "unit": product.unit,
        "quantity": float(quantity),
        "unit_price": decimal(price),
    }


def refuse_other_content(sale: Sale, order: NewSalesOrder) -> None:
    wanted = [(line.sku, line.quantity, amount_of(line.unit_price)) for line in order.lines]
    held = [(line.product.sku, line.quantity, line.price) for line in sale.lines]
    same = (order.customer_id, order.currency, order.payment_reference, wanted)
    if same != (sale.customer_id, sale.currency, sale.payment_reference, held):
        raise Rejected("another order has this id", kind="conflict", status=409)


def sales_order(order_id: str, held: Held) -> SalesOrder:
    sale = held.sale
    return SalesOrder(
        id=order_id,
        number=sale.number,
        customer_id=sale.customer_id,
        status=held.status,
        lines=[_sales_order_line(line, sale.currency) for line in sale.lines],
        total=money_of(sale.total, sale.currency),
    )


def _sales_order_line(line: Line, currency: str) -> SalesOrderLine:
    price = unit_price(line.price, currency)
    return SalesOrderLine(sku=line.product.sku, quantity=line.quantity, unit_price=price)
