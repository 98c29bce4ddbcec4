"""What the ERP port promises of goods that come back, of every ERP that runs here."""

import asyncio
from uuid import uuid4

import pytest

from connectors.erp import Erp
from contracts.models.canonical import Money, OrderLine
from contracts.models.system.erp.v1 import (
    NewSalesOrder,
    NewSalesReturn,
    SalesOrderLine,
    SalesReturn,
)
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("erp")


def line(sku: str, quantity: int, price: str) -> SalesOrderLine:
    return SalesOrderLine(
        sku=sku, quantity=quantity, unit_price=Money(amount=price, currency="EUR")
    )


def goods(**quantities: int) -> NewSalesReturn:
    lines = [OrderLine(sku=SKUS[name], quantity=q) for name, q in quantities.items()]
    return NewSalesReturn(lines=lines, reason="not as described")


SKUS = {"keyboards": "KB-ISO-DE", "lamps": "LAMP-LED-A1"}
ORDER = [line("KB-ISO-DE", 3, "129.00"), line("LAMP-LED-A1", 1, "49.99")]


@pytest.fixture
async def sold(connector: Erp) -> str:
    """A confirmed order of three keyboards and a lamp."""
    order_id = f"ord_{uuid4().hex[:20]}"
    order = NewSalesOrder(customer_id="C-1001", currency="EUR", lines=ORDER)
    await connector.put_sales_order(order_id, order)
    await connector.confirm_sales_order(order_id)
    return order_id


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_a_part_comes_back_at_what_it_was_sold_for(connector: Erp, sold: str) -> None:
    back = await connector.put_return(sold, f"{sold}-return-a", goods(keyboards=2))

    assert (back.id, back.order_id) == (f"{sold}-return-a", sold)
    assert back.lines == [OrderLine(sku="KB-ISO-DE", quantity=2)]
    assert back.total == Money(amount="258.00", currency="EUR")
    assert await connector.list_returns(sold) == [back]


async def test_all_parts_add_up_to_what_the_order_cost(connector: Erp, sold: str) -> None:
    order = await connector.get_sales_order(sold)

    for part in (goods(keyboards=1), goods(keyboards=1, lamps=1), goods(keyboards=1)):
        await connector.put_return(sold, uuid4().hex, part)

    parts = [cents(back.total) for back in await connector.list_returns(sold)]
    assert parts == [12900, 17899, 12900]
    assert sum(parts) == cents(order.total)


async def test_a_return_is_recorded_once_whatever_comes_twice(connector: Erp, sold: str) -> None:
    said = [await connector.put_return(sold, "again", goods(keyboards=2)) for _ in range(3)]

    assert said == [said[0]] * 3
    assert await connector.list_returns(sold) == [said[0]]


async def test_other_goods_under_the_same_return_are_a_conflict(connector: Erp, sold: str) -> None:
    back = await connector.put_return(sold, "other", goods(keyboards=1))

    with pytest.raises(Rejected) as caught:
        await connector.put_return(sold, "other", goods(keyboards=2))

    assert refused(caught) == (409, "conflict")
    assert await connector.list_returns(sold) == [back]


@pytest.mark.parametrize("before", [0, 2])
async def test_no_more_comes_back_than_was_sold_and_is_not_back(
    connector: Erp, sold: str, before: int
) -> None:
    if before:
        await connector.put_return(sold, "before", goods(keyboards=before))

    with pytest.raises(Rejected) as caught:
        await connector.put_return(sold, "more", goods(lamps=1, keyboards=4 - before))

    assert refused(caught) == (409, "exceeds-order")
    assert [e["pointer"] for e in caught.value.document["errors"]] == ["#/lines/1/quantity"]
    assert len(await connector.list_returns(sold)) == (1 if before else 0)


async def test_what_was_never_sold_does_not_come_back(connector: Erp, sold: str) -> None:
    mouse = NewSalesReturn(lines=[OrderLine(sku="MS-ERGO-01", quantity=1)])

    with pytest.raises(Rejected) as caught:
        await connector.put_return(sold, "mouse", mouse)

    assert refused(caught) == (409, "exceeds-order")


async def test_however_returns_race_no_more_comes_back_than_was_sold(
    connector: Erp, sold: str
) -> None:
    said = await asyncio.gather(
        *(connector.put_return(sold, f"race-{i}", goods(keyboards=2)) for i in range(5)),
        return_exceptions=True,
    )

    won = [one for one in said if isinstance(one, SalesReturn)]
    assert len(won) == 1, said
    assert {one.slug for one in said if isinstance(one, Rejected)} == {"exceeds-order"}
    assert await connector.list_returns(sold) == won


async def test_a_withdrawn_return_may_come_back_under_another_id_only(
    connector: Erp, sold: str
) -> None:
    await connector.put_return(sold, "undone", goods(keyboards=3))

    for _ in range(2):
        await connector.withdraw_return(sold, "undone")

    assert await connector.list_returns(sold) == []
    with pytest.raises(Rejected) as caught:
        await connector.put_return(sold, "undone", goods(keyboards=3))
    assert refused(caught) == (409, "conflict")
    await connector.put_return(sold, "anew", goods(keyboards=3))


async def test_a_return_that_comes_after_its_undo_is_refused(connector: Erp, sold: str) -> None:
    await connector.withdraw_return(sold, "late")

    with pytest.raises(Rejected) as caught:
        await connector.put_return(sold, "late", goods(lamps=1))

    assert refused(caught) == (409, "conflict")
    assert await connector.list_returns(sold) == []


async def test_a_cancelled_order_has_no_returns(connector: Erp, sold: str) -> None:
    await connector.cancel_sales_order(sold)

    with pytest.raises(Rejected) as caught:
        await connector.put_return(sold, "cancelled", goods(keyboards=1))

    assert refused(caught) == (409, "cancelled")


async def test_an_order_with_returns_is_not_cancelled(connector: Erp, sold: str) -> None:
    await connector.put_return(sold, "part", goods(lamps=1))

    with pytest.raises(Rejected) as caught:
        await connector.cancel_sales_order(sold)

    assert refused(caught) == (409, "has-returns")
    assert (await connector.get_sales_order(sold)).status == "confirmed"
    await connector.withdraw_return(sold, "part")
    await connector.cancel_sales_order(sold)
    assert (await connector.get_sales_order(sold)).status == "cancelled"


async def test_only_a_confirmed_order_has_returns(connector: Erp) -> None:
    order_id = f"ord_{uuid4().hex[:20]}"
    order = NewSalesOrder(customer_id="C-1001", currency="EUR", lines=ORDER)
    await connector.put_sales_order(order_id, order)

    with pytest.raises(Rejected) as caught:
        await connector.put_return(order_id, "early", goods(keyboards=1))

    assert refused(caught) == (409, "not-confirmed")


async def test_without_an_order_there_is_nothing_to_return(connector: Erp) -> None:
    order_id = f"ord_{uuid4().hex[:20]}"

    await connector.withdraw_return(order_id, "none")
    for call in (
        connector.put_return(order_id, "none", goods(keyboards=1)),
        connector.list_returns(order_id),
    ):
        with pytest.raises(Missing):
            await call


def cents(money: Money) -> int:
    return round(float(money.amount) * 100)
