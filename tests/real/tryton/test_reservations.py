"""Reservations in the real Tryton: shortage, lost answers, crashes, two at once."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from connectors.inventory import Inventory
from connectors.inventory.tryton import Connector, Options
from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from runtime.problems import Misconfigured, Missing, Rejected
from sandbox.real.rpc import Tryton, TrytonError
from tests.real.tryton.clock import MovableClock
from tests.real.tryton.orders import refusal
from tests.real.tryton.stock import ASSIGN, CANCEL, DESK, DOCK, SHIPMENTS, available, of, shipments
from tests.real.tryton.wire import DiedError, Wire


async def test_a_product_listed_twice_is_held_twice_and_told_as_asked(
    warehouse: Inventory, refs: list[str]
) -> None:
    before = await available(warehouse, DOCK)
    lines = [of(DOCK, 1), of("LAMP-LED-A1", 1), of(DOCK, 2)]

    await warehouse.put_reservation(refs[0], lines, 900)
    committed = await warehouse.commit_reservation(refs[0])

    assert committed.lines == lines
    assert await available(warehouse, DOCK) == before - 3


async def test_a_shortage_points_at_every_line_of_the_product_and_leaves_nothing(
    warehouse: Inventory, inside: Tryton, refs: list[str]
) -> None:
    stock = await available(warehouse, DESK)
    lines = [of(DESK, stock), of(DOCK, 1), of(DESK, 1)]

    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(refs[0], lines, 900)

    assert refusal(caught)[:2] == (409, "out-of-stock")
    pointers = [error["pointer"] for error in caught.value.document["errors"]]
    assert pointers == ["#/lines/0/quantity", "#/lines/2/quantity"]
    assert shipments(inside, refs[0]) == []


async def test_of_many_at_once_no_more_are_held_than_there_are(
    warehouse: Inventory, refs: list[str]
) -> None:
    stock = await available(warehouse, DESK)
    wanted = [of(DESK, stock // 2 + 1)]

    calls = (warehouse.put_reservation(ref, wanted, 900) for ref in refs)
    found = await asyncio.gather(*calls, return_exceptions=True)

    refused = [problem.slug for problem in found if isinstance(problem, Rejected)]
    assert refused == ["out-of-stock"] * 2
    assert await available(warehouse, DESK) == stock - wanted[0].quantity


async def test_of_two_shipments_made_at_once_one_is_void(
    warehouse: Inventory, inside: Tryton, refs: list[str]
) -> None:
    wanted = [of(DOCK, 1)]

    held = await asyncio.gather(*(warehouse.put_reservation(refs[0], wanted, 900) for _ in "ab"))

    assert {reservation.status for reservation in held} == {"held"}
    assert shipments(inside, refs[0]) == [("until", "assigned"), ("void", "cancelled")]


async def test_goods_that_left_cannot_be_given_back(warehouse: Inventory, inside: Tryton) -> None:
    ref = f"R-{uuid4().hex}"
    await warehouse.put_reservation(ref, [of("CBL-USBC-2M", 1)], 900)
    await warehouse.commit_reservation(ref)
    shipment = inside.find(SHIPMENTS, ["reference", "like", f"{ref} %"])
    for button in ("pack", "do"):
        press_whatever_it_asks(inside, button, shipment)

    with pytest.raises(Rejected) as caught:
        await warehouse.release_reservation(ref)

    assert refusal(caught) == (409, "shipped", [])
    assert (await warehouse.get_reservation(ref)).status == "committed"


def press_whatever_it_asks(inside: Tryton, button: str, shipment: int) -> None:
    """Tryton asks whether moves without an origin are meant; a person would say yes."""
    try:
        inside.call(f"model.{SHIPMENTS}.{button}", [shipment])
    except TrytonError as question:
        name = str(question).split("['UserWarning', ['")[1].split("'")[0]
        inside.call("model.res.user.warning.skip", name, False)
        inside.call(f"model.{SHIPMENTS}.{button}", [shipment])


async def test_stock_taken_at_the_last_moment_is_a_shortage_that_may_pass(
    warehouse: Inventory, wire: Wire, inside: Tryton, refs: list[str]
) -> None:
    stock = await available(warehouse, DESK)
    late, early, _ = refs
    wanted = [of(DOCK, 1), of(DESK, stock)]
    docks = await available(warehouse, DOCK)
    wire.let_happen_before(
        ASSIGN, lambda: warehouse.put_reservation(early, [of(DESK, stock - 1)], 900)
    )

    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(late, wanted, 900)

    assert refusal(caught)[:2] == (409, "out-of-stock")
    [error] = caught.value.document["errors"]
    assert error == {"pointer": "#/lines/1/quantity", "detail": "1 available"}
    assert shipments(inside, late) == [("void", "cancelled")]
    assert await available(warehouse, DOCK) == docks
    await warehouse.release_reservation(early)
    assert (await warehouse.put_reservation(late, wanted, 900)).status == "held"


@pytest.mark.parametrize("button", ["create", "wait", "assign_try"])
async def test_an_answer_that_was_lost_while_holding_holds_once(
    warehouse: Inventory, wire: Wire, inside: Tryton, refs: list[str], button: str
) -> None:
    before = await available(warehouse, DOCK)
    wire.lose_the_answer_to(f"model.{SHIPMENTS}.{button}")

    await warehouse.put_reservation(refs[0], [of(DOCK, 2)], 900)

    assert await available(warehouse, DOCK) == before - 2
    assert shipments(inside, refs[0]) == [("until", "assigned")]


@pytest.mark.parametrize("button", ["wait", "assign_try"])
async def test_a_hold_that_broke_off_is_none_until_it_is_taken_up_again(
    warehouse: Inventory, wire: Wire, inside: Tryton, refs: list[str], button: str
) -> None:
    ref, wanted = refs[0], [of(DOCK, 2)]
    wire.die_before(f"model.{SHIPMENTS}.{button}")
    with pytest.raises(DiedError):
        await warehouse.put_reservation(ref, wanted, 900)
    wire.calm()
    for call in (warehouse.get_reservation(ref), warehouse.commit_reservation(ref)):
        with pytest.raises(Missing):
            await call

    assert (await warehouse.put_reservation(ref, wanted, 900)).status == "held"
    assert shipments(inside, ref) == [("until", "assigned")]


async def test_a_release_that_broke_off_is_one_and_the_stock_follows(
    warehouse: Inventory, wire: Wire, clock: MovableClock, refs: list[str]
) -> None:
    before = await available(warehouse, DOCK)
    await warehouse.put_reservation(refs[0], [of(DOCK, 2)], 900)
    await warehouse.commit_reservation(refs[0])
    wire.die_before(CANCEL)
    with pytest.raises(DiedError):
        await warehouse.release_reservation(refs[0])
    wire.calm()

    assert (await warehouse.get_reservation(refs[0])).status == "released"
    with pytest.raises(Rejected) as caught:
        await warehouse.commit_reservation(refs[0])
    assert refusal(caught) == (409, "released", [])
    clock.advance(61)
    assert await available(warehouse, DOCK) == before


async def test_what_a_person_cancelled_is_released(
    warehouse: Inventory, inside: Tryton, refs: list[str]
) -> None:
    await warehouse.put_reservation(refs[0], [of(DOCK, 1)], 900)
    shipment = inside.find(SHIPMENTS, ["reference", "like", f"{refs[0]} %"])
    inside.call(CANCEL, [shipment])

    assert (await warehouse.get_reservation(refs[0])).status == "released"
    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(refs[0], [of(DOCK, 1)], 900)
    assert refusal(caught) == (409, "released", [])


async def test_ids_that_differ_in_letter_case_only_are_two(
    warehouse: Inventory, refs: list[str]
) -> None:
    await warehouse.put_reservation(refs[0], [of(DOCK, 1)], 900)

    with pytest.raises(Missing):
        await warehouse.get_reservation(refs[0].lower())


async def test_another_warehouse_is_chosen_by_its_code(
    options: dict[str, Any], network: NetworkSender
) -> None:
    right = Connector(Options(**options, warehouse="WH"), Reach(network))
    wrong = Connector(Options(**options, warehouse="NOWHERE"), Reach(network))

    assert (await right.list_stock([DOCK])).items
    with pytest.raises(Misconfigured):
        await wrong.list_stock([DOCK])
