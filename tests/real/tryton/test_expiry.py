"""Tryton knows no expiry: what we make of the moment in a reference, against the real one."""

import pytest

from connectors.inventory import Inventory
from runtime.problems import Rejected
from sandbox.real.rpc import Tryton
from tests.real.tryton.clock import MovableClock
from tests.real.tryton.orders import refusal
from tests.real.tryton.stock import CANCEL, DESK, DOCK, PICK, available, of, shipments
from tests.real.tryton.wire import Wire


async def test_an_expired_hold_cannot_be_committed_but_had_again(
    warehouse: Inventory, clock: MovableClock, refs: list[str]
) -> None:
    ref, wanted = refs[0], [of(DOCK, 1)]
    await warehouse.put_reservation(ref, wanted, 30)
    clock.advance(31)

    assert (await warehouse.get_reservation(ref)).status == "expired"
    with pytest.raises(Rejected) as caught:
        await warehouse.commit_reservation(ref)
    assert refusal(caught) == (409, "expired", [])
    again = await warehouse.put_reservation(ref, wanted, 30)
    assert again.status == "held"
    assert again.expires_at
    assert again.expires_at > clock()
    assert (await warehouse.commit_reservation(ref)).status == "committed"


async def test_what_expired_is_there_for_others(
    warehouse: Inventory, clock: MovableClock, inside: Tryton, refs: list[str]
) -> None:
    stock = await available(warehouse, DESK)
    first, second, _ = refs
    await warehouse.put_reservation(first, [of(DESK, stock)], 30)
    clock.advance(31)

    held = await warehouse.put_reservation(second, [of(DESK, stock)], 30)

    assert held.status == "held"
    assert shipments(inside, first) == [("until", "cancelled")]
    assert (await warehouse.get_reservation(first)).status == "expired"
    await warehouse.release_reservation(second)
    again = await warehouse.put_reservation(first, [of(DESK, stock)], 900)
    assert again.status == "held"
    assert shipments(inside, first) == [("until", "assigned"), ("until", "cancelled")]


async def test_what_expired_is_listed_as_stock_within_a_minute(
    warehouse: Inventory, clock: MovableClock, refs: list[str]
) -> None:
    stock = await available(warehouse, DOCK)
    await warehouse.put_reservation(refs[0], [of(DOCK, 2)], 30)

    clock.advance(91)

    assert await available(warehouse, DOCK) == stock


async def test_a_commit_at_the_last_moment_is_not_undone_by_the_sweep(
    warehouse: Inventory, behind: Inventory, clock: MovableClock, wire: Wire, refs: list[str]
) -> None:
    ref = refs[0]
    await behind.put_reservation(ref, [of(DOCK, 1)], 70)
    wire.let_happen_before(CANCEL, lambda: behind.commit_reservation(ref))
    clock.advance(61)

    await warehouse.list_stock([DOCK])

    assert CANCEL in wire.called
    assert (await warehouse.get_reservation(ref)).status == "committed"


async def test_a_hold_that_is_swept_just_before_its_commit_is_expired(
    warehouse: Inventory, clock: MovableClock, wire: Wire, inside: Tryton, refs: list[str]
) -> None:
    ref = refs[0]
    await warehouse.put_reservation(ref, [of(DOCK, 1)], 30)

    async def sweep() -> None:
        clock.advance(91)
        await warehouse.list_stock([DOCK])

    wire.let_happen_before(PICK, sweep)
    with pytest.raises(Rejected) as caught:
        await warehouse.commit_reservation(ref)

    assert refusal(caught) == (409, "expired", [])
    assert shipments(inside, ref) == [("until", "cancelled")]
