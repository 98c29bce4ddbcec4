"""Tryton's sales as our orders, without a Tryton; tests/real/tryton has the real one."""

from decimal import Decimal
from typing import Any

import pytest

from connectors.erp.tryton import sales
from connectors.erp.tryton.catalogue import Product, unit_price
from connectors.erp.tryton.sales import SALES, STATUS, Held, Sale
from connectors.vendors.tryton.values import Row, whole
from contracts.models.canonical import Money
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrderLine
from runtime.problems import Missing, Rejected


def decimal(text: str) -> Row:
    return {"__class__": "Decimal", "decimal": text}


def sale(id_: int = 1, state: str = "quotation", reference: str = "ord_1", **more: Any) -> Sale:
    lines = [line(12, "MS-ERGO-01", 1.0, "12.3456"), line(11, "KB-ISO-DE", 2.0, "129.0000")]
    row = {"id": id_, "reference": reference, "state": state, "number": "17"}
    row |= {"party.": {"id": 9, "code": "C-1"}, "currency.": {"id": 1, "code": "EUR"}}
    row |= {"invoice_address": 4, "shipment_address": 5, "description": None}
    row |= {"comment": None, "_timestamp": "1"}
    return SALES.made_of(row | {"total_amount": decimal("270.3500"), "lines.": lines} | more)


def line(id_: int, sku: str, quantity: float, price: str, type_: str = "line") -> dict[str, Any]:
    product = {"id": 100 + id_, "code": sku}
    row = {"id": id_, "type": type_, "product.": product, "unit": 1, "quantity": quantity}
    return row | {"unit_price": decimal(price)}


def order(**more: Any) -> NewSalesOrder:
    wanted = [("KB-ISO-DE", 2, "129.00"), ("MS-ERGO-01", 1, "12.3456")]
    lines = [
        SalesOrderLine(sku=sku, quantity=quantity, unit_price=Money(amount=price, currency="EUR"))
        for sku, quantity, price in wanted
    ]
    content: dict[str, Any] = {"customer_id": "C-1", "currency": "EUR", "lines": lines}
    return NewSalesOrder(**content | more)


def test_a_sale_is_told_in_our_words() -> None:
    told = sales.sales_order("ord_00000000000000000001", Held(sale(), None))

    assert (told.number, told.customer_id, told.status) == ("17", "C-1", "entered")
    assert [(line.sku, line.unit_price.amount) for line in told.lines] == [
        ("KB-ISO-DE", "129.00"),
        ("MS-ERGO-01", "12.3456"),
    ]
    assert told.total.amount == "270.35"


def test_a_draft_has_the_name_that_tryton_gives_it() -> None:
    assert sale(7, "draft", number=None).number == "(7)"


def test_what_a_person_wrote_between_the_lines_is_no_line() -> None:
    comment = line(13, "", 0, "0", "comment") | {"product.": None, "quantity": None}
    lines: dict[str, Any] = {"lines.": [comment, line(11, "KB-ISO-DE", 2.0, "1")]}

    assert len(sale(**lines).lines) == 1


@pytest.mark.parametrize("state", ["draft", "quotation", "confirmed", "processing", "done"])
def test_every_state_but_cancelled_is_alive(state: str) -> None:
    assert STATUS[state] in ("entered", "confirmed")


@pytest.mark.parametrize(
    ("states", "chosen", "surplus"),
    [
        (["quotation"], 0, []),
        (["draft", "draft", "draft"], 0, [1, 2]),
        (["draft", "processing"], 1, [0]),
        (["cancelled", "draft"], 1, []),
        (["cancelled", "cancelled"], 0, []),
    ],
)
def test_of_several_sales_one_is_the_order(
    states: list[str], chosen: int, surplus: list[int]
) -> None:
    found = [sale(id_, state) for id_, state in enumerate(states)]

    assert sales.chosen(found).id == chosen
    assert [extra.id for extra in sales.surplus(found, "ord_1")] == surplus


@pytest.mark.parametrize(
    ("returned", "status"),
    [
        (None, "confirmed"),
        ("draft", "confirmed"),
        ("quotation", "confirmed"),
        ("processing", "cancelled"),
        ("cancelled", "confirmed"),
    ],
)
def test_an_order_is_cancelled_once_its_return_is_confirmed(
    returned: str | None, status: str
) -> None:
    found = [sale(1, "processing")]
    found += [sale(2, returned, "ord_1/cancel")] if returned else []

    assert sales.held(found, "ord_1").status == status


def test_a_return_alone_is_no_order() -> None:
    with pytest.raises(Missing):
        sales.held([sale(2, "draft", "ord_1/cancel")], "ord_1")


def test_a_return_is_the_order_with_negative_quantities() -> None:
    order = sale(1, "processing")

    back = sales.return_sale(order, "ord_1/cancel", order.lines)

    assert (back["reference"], back["origin"]) == ("ord_1/cancel", "sale.sale,1")
    assert [new["quantity"] for new in back["lines"][0][1]] == [-2.0, -1.0]
    assert (back["party"], back["invoice_address"], back["shipment_address"]) == (9, 4, 5)
    assert (back["invoice_method"], back["shipment_method"]) == ("manual", "manual")


def test_the_same_content_is_the_same_however_its_decimals_are_written() -> None:
    sales.refuse_other_content(sale(), order())


@pytest.mark.parametrize(
    "other",
    [{"customer_id": "C-2"}, {"payment_reference": "p"}, {"lines": order().lines[:1]}],
)
def test_another_content_is_a_conflict(other: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as caught:
        sales.refuse_other_content(sale(), order(**other))

    assert (caught.value.code, caught.value.slug) == (409, "conflict")


def test_every_unknown_product_is_pointed_at() -> None:
    with pytest.raises(Rejected) as caught:
        sales.new_sale("ord_1", order(), {})

    pointers = [error["pointer"] for error in caught.value.document["errors"]]
    assert pointers == ["#/lines/0/sku", "#/lines/1/sku"]


def test_prices_are_sent_as_decimals_and_never_as_floats() -> None:
    products = {line.sku: Product(1, line.sku, 1) for line in order().lines}

    [[_, lines]] = sales.new_sale("ord_1", order(), products)["lines"]

    assert [new["unit_price"] for new in lines] == [decimal("129.00"), decimal("12.3456")]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("129.0000", "EUR", "129.00"),
        ("12.34560", "EUR", "12.3456"),
        ("0", "EUR", "0.00"),
        ("1E+3", "EUR", "1000.00"),
        ("100", "JPY", "100"),
    ],
)
def test_a_price_is_shown_no_finer_than_it_is(amount: str, currency: str, shown: str) -> None:
    assert unit_price(Decimal(amount), currency).amount == shown


def test_part_of_a_piece_is_not_rounded() -> None:
    with pytest.raises(ValueError, match="piece"):
        whole(1.5)
