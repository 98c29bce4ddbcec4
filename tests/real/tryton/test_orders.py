"""Orders in the real Tryton: lost answers, crashes, two at once, returns."""

import asyncio

import pytest

from connectors.erp import Erp
from contracts.models.canonical import Money
from contracts.models.system.erp.v1 import NewSalesOrder
from runtime.problems import Rejected
from sandbox.real.rpc import Tryton
from tests.real.tryton.orders import PROFILE, line, order, refusal, sales, states
from tests.real.tryton.wire import DiedError, Wire


async def test_nothing_follows_from_an_order_by_itself(
    erp: Erp, inside: Tryton, order_id: str
) -> None:
    await erp.put_sales_order(order_id, order(line(), line("MS-ERGO-01", 1, "12.3456")))
    confirmed = await erp.confirm_sales_order(order_id)

    assert [found.unit_price.amount for found in confirmed.lines] == ["129.00", "12.3456"]
    assert confirmed.total == Money(amount="270.35", currency="EUR")
    [sale] = sales(inside, order_id)
    assert (sale["invoice_method"], sale["shipment_method"]) == ("manual", "manual")
    assert (sale["state"], sale["shipments"]) == ("processing", [])


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        (order(customer_id="C-NOBODY"), (422, "unknown-customer", ["#/customerId"])),
        (order(line(), line("NO-SUCH")), (422, "unknown-sku", ["#/lines/1/sku"])),
        (order(currency="USD"), (422, "wrong-currency", ["#/currency"])),
    ],
)
async def test_what_tryton_would_take_without_a_word_is_refused(
    erp: Erp,
    inside: Tryton,
    order_id: str,
    wrong: NewSalesOrder,
    refused: tuple[int, str, list[str]],
) -> None:
    with pytest.raises(Rejected) as caught:
        await erp.put_sales_order(order_id, wrong)

    assert refusal(caught) == refused
    assert not sales(inside, order_id)


async def test_an_order_in_another_currency_than_the_companys_is_refused(
    erp: Erp, order_id: str
) -> None:
    dollars = line().model_copy(update={"unit_price": Money(amount="129.00", currency="USD")})

    with pytest.raises(Rejected) as caught:
        await erp.put_sales_order(order_id, order(dollars, currency="USD"))

    assert caught.value.slug == "wrong-currency"


async def test_a_customer_without_an_address_cannot_order(
    erp: Erp, customer_id: str, order_id: str
) -> None:
    await erp.put_customer(customer_id, PROFILE)

    with pytest.raises(Rejected) as caught:
        await erp.put_sales_order(order_id, order(customer_id=customer_id))

    assert refusal(caught) == (422, "no-address", ["#/customerId"])


@pytest.mark.parametrize("button", ["create", "quote"])
async def test_an_answer_that_was_lost_while_entering_makes_no_second_order(
    erp: Erp, wire: Wire, inside: Tryton, order_id: str, button: str
) -> None:
    wire.lose_the_answer_to(f"model.sale.sale.{button}")

    entered = await erp.put_sales_order(order_id, order())

    assert entered.status == "entered"
    assert states(inside, order_id) == [("", "quotation")]


async def test_an_answer_that_was_lost_while_confirming_is_found_out(
    erp: Erp, wire: Wire, order_id: str
) -> None:
    await erp.put_sales_order(order_id, order())
    wire.lose_the_answer_to("model.sale.sale.confirm")

    assert (await erp.confirm_sales_order(order_id)).status == "confirmed"


async def test_an_order_whose_entering_broke_off_is_taken_up_again(
    erp: Erp, wire: Wire, inside: Tryton, order_id: str
) -> None:
    wire.die_before("model.sale.sale.quote")
    with pytest.raises(DiedError):
        await erp.put_sales_order(order_id, order())
    assert states(inside, order_id) == [("", "draft")]
    assert (await erp.get_sales_order(order_id)).status == "entered"
    wire.calm()

    entered = await erp.put_sales_order(order_id, order())

    assert entered.number.isdigit()
    assert states(inside, order_id) == [("", "quotation")]


async def test_an_order_entered_by_many_at_once_is_one(
    erp: Erp, inside: Tryton, order_id: str
) -> None:
    found = await asyncio.gather(*(erp.put_sales_order(order_id, order()) for _ in range(4)))

    assert len(set(map(str, found))) == 1
    living = [state for _, state in states(inside, order_id) if state != "cancelled"]
    assert living == ["quotation"]


@pytest.mark.parametrize(
    ("then", "left"), [("put", ["cancelled", "quotation"]), ("cancel", ["cancelled", "cancelled"])]
)
async def test_a_second_sale_left_by_a_crash_is_cleared_away(
    erp: Erp, inside: Tryton, order_id: str, then: str, left: list[str]
) -> None:
    await erp.put_sales_order(order_id, order())
    [sale] = sales(inside, order_id, "party")
    inside.create("sale.sale", {"party": sale["party"], "reference": order_id})
    assert (await erp.get_sales_order(order_id)).total.amount == "258.00"

    if then == "put":
        await erp.put_sales_order(order_id, order())
    else:
        await erp.cancel_sales_order(order_id)

    assert [state for _, state in states(inside, order_id)] == left


async def test_a_confirmed_order_is_cancelled_by_a_return(
    erp: Erp, inside: Tryton, order_id: str
) -> None:
    await erp.put_sales_order(order_id, order())
    await erp.confirm_sales_order(order_id)

    await asyncio.gather(*(erp.cancel_sales_order(order_id) for _ in range(3)))

    assert (await erp.get_sales_order(order_id)).status == "cancelled"
    found = sales(inside, order_id, "total_amount", "origin")
    confirmed = {sale["reference"]: sale for sale in found if sale["state"] == "processing"}
    sold, back = confirmed.pop(order_id), confirmed.pop(f"{order_id}/cancel")
    assert (sold["total_amount"]["decimal"], back["total_amount"]["decimal"]) == (
        "258.00",
        "-258.00",
    )
    assert back["origin"] == f"sale.sale,{sold['id']}"
    assert len([sale for sale in found if sale["state"] != "cancelled"]) == 2


@pytest.mark.parametrize("step", ["create", "quote", "confirm"])
async def test_a_return_that_broke_off_is_taken_up_again(
    erp: Erp, wire: Wire, inside: Tryton, order_id: str, step: str
) -> None:
    await erp.put_sales_order(order_id, order())
    await erp.confirm_sales_order(order_id)
    wire.die_before(f"model.sale.sale.{step}")
    with pytest.raises(DiedError):
        await erp.cancel_sales_order(order_id)
    assert (await erp.get_sales_order(order_id)).status == "confirmed"
    wire.calm()

    await erp.cancel_sales_order(order_id)

    assert states(inside, order_id) == [("", "processing"), ("/cancel", "processing")]


async def test_a_return_that_a_person_cancelled_is_not_taken_for_a_cancelled_order(
    erp: Erp, wire: Wire, inside: Tryton, order_id: str
) -> None:
    await erp.put_sales_order(order_id, order())
    await erp.confirm_sales_order(order_id)
    wire.die_before("model.sale.sale.confirm")
    with pytest.raises(DiedError):
        await erp.cancel_sales_order(order_id)
    wire.calm()
    back = inside.find("sale.sale", ["reference", "=", f"{order_id}/cancel"])
    inside.call("model.sale.sale.cancel", [back])

    with pytest.raises(Rejected) as caught:
        await erp.cancel_sales_order(order_id)

    assert caught.value.code == 409
    assert (await erp.get_sales_order(order_id)).status == "confirmed"
