"""Invoices of Tryton as ours: what people there made of a sale, once it is posted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Literal

from connectors.vendors.tryton.errors import NotAllowed
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Row, View, day, number, whole
from contracts.models.system.erp.v1 import Invoice, InvoiceLine
from contracts.money import money_of, rounded
from runtime.problems import Missing, Rejected

Status = Literal["open", "paid", "cancelled"]

STATUS: Mapping[str, Status] = {"posted": "open", "paid": "paid", "cancelled": "cancelled"}
"""Any other state is a draft, which is not issued."""


@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    description: str
    quantity: int
    price: Decimal
    amount: Decimal
    """Both without tax."""
    tax_rate: Decimal
    """A share of that."""


@dataclass(frozen=True, slots=True)
class Issued:
    number: str
    state: str
    issued_on: date
    currency: str
    total: Decimal
    tax: Decimal
    lines: Sequence[Line]


def _issued(row: Row) -> Issued:
    lines = sorted(row["lines."], key=lambda line: int(line["id"]))
    return Issued(
        number=row["number"],
        state=row["state"],
        issued_on=day(row["invoice_date"]),
        currency=row["currency."]["code"],
        total=number(row["total_amount"]),
        tax=number(row["tax_amount"]),
        lines=[_line(line) for line in lines if line["type"] == "line"],
    )


def _line(row: Row) -> Line:
    percents = [tax for tax in row["taxes."] if tax["type"] == "percentage"]
    return Line(
        sku=row["product."]["code"],
        description=row["product."]["name"],
        quantity=whole(row["quantity"]),
        price=number(row["unit_price"]),
        amount=number(row["amount"]),
        tax_rate=sum((number(tax["rate"]) for tax in percents), Decimal(0)),
    )


LINE_FIELDS = (
    *("type", "product.code", "product.name", "quantity", "unit_price", "amount"),
    *("taxes.type", "taxes.rate"),
)
INVOICES = View(
    "account.invoice",
    (
        *("number", "state", "invoice_date", "currency.code", "total_amount", "tax_amount"),
        *(f"lines.{field}" for field in LINE_FIELDS),
    ),
    _issued,
)
INVOICED = View("sale.sale", ("invoices",), lambda row: [int(id_) for id_ in row["invoices"]])


class Invoices:
    def __init__(self, tryton: Session) -> None:
        self._tryton = tryton

    async def of_sale(self, order_id: str, sale: int) -> Invoice:
        try:
            issued = await self._issued(sale)
        except NotAllowed as error:
            raise Rejected("our user may not see invoices there", kind="not-supported") from error
        if not issued:
            raise Missing("the order has no invoice yet", kind="no-invoice")
        return self._tryton.read(partial(_invoice, order_id), chosen(issued))

    async def _issued(self, sale: int) -> list[Issued]:
        [ids] = await self._tryton.find(INVOICED, [["id", "=", sale]]) or [[]]
        if not ids:
            return []
        numbered = [["id", "in", ids], ["state", "in", list(STATUS)], ["number", "!=", None]]
        return await self._tryton.find(INVOICES, numbered)


def chosen(issued: Sequence[Issued]) -> Issued:
    """The first that stands, else the last: it was cancelled like those before it."""
    return next((invoice for invoice in issued if invoice.state != "cancelled"), issued[-1])


def _invoice(order_id: str, told: Issued) -> Invoice:
    return Invoice(
        order_id=order_id,
        number=told.number,
        issued_at=datetime.combine(told.issued_on, time(), UTC),
        status=STATUS[told.state],
        lines=[_invoice_line(line, told.currency) for line in told.lines],
        total=money_of(told.total, told.currency),
        tax=money_of(told.tax, told.currency),
    )


def _invoice_line(line: Line, currency: str) -> InvoiceLine:
    with_tax = 1 + line.tax_rate
    return InvoiceLine(
        sku=line.sku,
        description=line.description,
        quantity=line.quantity,
        unit_price=rounded(line.price * with_tax, currency),
        tax_rate=f"{(line.tax_rate * 100).normalize():f}",
        total=rounded(line.amount * with_tax, currency),
    )
