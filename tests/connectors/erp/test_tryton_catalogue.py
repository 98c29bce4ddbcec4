"""Tryton's products and invoices in our words, without a Tryton; tests/real/tryton has the real one."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from connectors.erp.tryton import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import Money
from runtime.problems import Misconfigured, Missing, Rejected
from tests.connectors.scripted_tryton import Answer, ScriptedTryton, error, result

ORDER_ID = "ord_00000000000000000001"
PRODUCTS = "model.product.product.search_read"
SALES = "model.sale.sale.search_read"
INVOICES = "model.account.invoice.search_read"


def connector(**answers: list[Answer]) -> tuple[Connector, ScriptedTryton]:
    company = {"model.company.company.search_read": [result([{"currency.": {"code": "EUR"}}])]}
    tryton = ScriptedTryton({**company, **answers})
    options = {"url": "http://tryton.test", "database": "shop", "user": "strata", "password": "x"}
    return Connector(Options.model_validate(options), Reach(tryton)), tryton


def decimal(text: str) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": text}


def product(id_: int, code: str, *, active: bool = True) -> dict[str, Any]:
    row = {"id": id_, "code": code, "name": f"Name of {id_}", "active": active, "default_uom": 1}
    return row | {"list_price_used": decimal("12.5"), "account_category.": None}


def eur(amount: str) -> Money:
    return Money(amount=amount, currency="EUR")


async def test_a_page_ends_where_the_next_one_begins() -> None:
    rows = [product(1, "A"), product(2, "B", active=False), product(3, "C")]
    erp, tryton = connector(**{PRODUCTS: [result(rows)]})

    page = await erp.list_products(None, 2, "0-9")

    assert [(it.sku, it.price, it.active) for it in page.items] == [
        ("A", eur("12.50"), True),
        ("B", None, False),
    ]
    assert page.next_cursor == "B"
    domain, offset, limit, order = orjson.loads(tryton.requests[-1].body)["params"][:4]
    assert ["code", ">", "0-9"] in domain
    assert ["active", "in", [True, False]] in domain
    assert (offset, limit, order) == (0, 3, [["code", "ASC"], ["id", "ASC"]])


async def test_of_several_with_one_code_the_oldest_is_listed_and_what_is_no_sku_is_not() -> None:
    rows = [product(1, "A"), product(2, "A"), product(3, "a b")]
    erp, _ = connector(**{PRODUCTS: [result(rows)]})

    page = await erp.list_products(None, 3, None)

    assert [it.name for it in page.items] == ["Name of 1"]
    assert page.next_cursor is None


async def test_what_is_searched_for_is_no_pattern() -> None:
    erp, tryton = connector(**{PRODUCTS: [result([])]})

    await erp.list_products("50%_\\", 2, None)

    domain = orjson.loads(tryton.requests[-1].body)["params"][0]
    part = "%50\\%\\_\\\\%"
    assert ["OR", ["code", "ilike", part], ["name", "ilike", part]] in domain


SALE = {
    "id": 5,
    "reference": ORDER_ID,
    "state": "processing",
    "number": "17",
    "description": None,
    "comment": None,
    "_timestamp": "1.5",
    "party.": {"id": 9, "code": "C-1"},
    "currency.": {"code": "EUR"},
    "lines.": [],
    "invoice_address": 4,
    "shipment_address": 5,
    "total_amount": decimal("0"),
}


def invoice(**more: Any) -> dict[str, Any]:
    tax = {"type": "percentage", "rate": decimal("0.25")}
    line = {"id": 2, "type": "line", "product.": {"code": "A", "name": "A thing"}, "quantity": 2.0}
    line |= {"unit_price": decimal("10.0000"), "amount": decimal("20.00"), "taxes.": [tax]}
    words = {"id": 1, "type": "comment", "product.": None}
    day = {"__class__": "date", "year": 2026, "month": 2, "day": 3}
    row = {"number": "INV-1", "state": "posted", "invoice_date": day, "currency.": {"code": "EUR"}}
    row |= {"total_amount": decimal("25.00"), "tax_amount": decimal("5.00")}
    return row | {"lines.": [line, words]} | more


def invoiced(*rows: dict[str, Any]) -> Connector:
    sales = [result([SALE]), result([{"id": 5, "invoices": list(range(len(rows)))}])]
    return connector(**{SALES: sales, INVOICES: [result(list(rows))]})[0]


async def test_an_invoice_is_told_with_the_tax_in_its_prices() -> None:
    told = await invoiced(invoice()).get_invoice(ORDER_ID)

    assert (told.order_id, told.number, told.status) == (ORDER_ID, "INV-1", "open")
    assert told.issued_at == datetime(2026, 2, 3, tzinfo=UTC)
    assert (told.total, told.tax) == (eur("25.00"), eur("5.00"))
    [line] = told.lines
    assert (line.sku, line.description, line.quantity) == ("A", "A thing", 2)
    assert (line.unit_price, line.tax_rate, line.total) == (eur("12.50"), "25", eur("25.00"))


@pytest.mark.parametrize(
    ("states", "number", "status"),
    [
        (["paid"], "INV-0", "paid"),
        (["cancelled"], "INV-0", "cancelled"),
        (["cancelled", "posted"], "INV-1", "open"),
        (["cancelled", "cancelled"], "INV-1", "cancelled"),
    ],
)
async def test_of_several_invoices_the_one_that_stands_is_told(
    states: list[str], number: str, status: str
) -> None:
    rows = [invoice(number=f"INV-{n}", state=state) for n, state in enumerate(states)]

    told = await invoiced(*rows).get_invoice(ORDER_ID)

    assert (told.number, told.status) == (number, status)


async def test_an_order_nobody_has_invoiced_has_none_yet() -> None:
    with pytest.raises(Missing) as caught:
        await invoiced().get_invoice(ORDER_ID)

    assert caught.value.slug == "no-invoice"


async def test_where_we_may_not_see_invoices_they_are_not_supported() -> None:
    denied = error(["UserError", ['You are not allowed to access "Invoice".', ""]])
    erp, _ = connector(**{SALES: [result([SALE]), denied]})

    with pytest.raises(Rejected) as caught:
        await erp.get_invoice(ORDER_ID)

    assert (caught.value.slug, caught.value.code) == ("not-supported", 422)


async def test_where_we_may_not_see_orders_an_operator_has_to_act() -> None:
    denied = error(["UserError", ['You are not allowed to access "Sale".', ""]])
    erp, _ = connector(**{SALES: [denied]})

    with pytest.raises(Misconfigured):
        await erp.get_invoice(ORDER_ID)
