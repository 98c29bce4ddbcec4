"""What the inventory port promises, of every warehouse that runs here."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from connectors.inventory import Inventory
from contracts.models.canonical import OrderLine
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("inventory")

TWO_LAMPS = [OrderLine(sku="LAMP-LED-A1", quantity=2)]
ONE_LAMP = [OrderLine(sku="LAMP-LED-A1", quantity=1)]


@pytest.fixture
async def ref(connector: Inventory) -> AsyncIterator[str]:
    ref = f"R-{uuid4().hex}"
    yield ref
    await connector.release_reservation(ref)


async def lamps(connector: Inventory) -> int:
    return (await connector.list_stock(["LAMP-LED-A1"])).items[0].available


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_stock_is_listed_in_the_order_asked_and_the_unknown_apart(
    connector: Inventory,
) -> None:
    stock = await connector.list_stock(["MS-ERGO-01", "NOT-ONE", "CAM-1080P", "NOR-TWO"])

    assert [item.sku for item in stock.items] == ["MS-ERGO-01", "CAM-1080P"]
    assert stock.items[1].available == 0
    assert stock.unknown == ["NOT-ONE", "NOR-TWO"]


async def test_what_is_held_is_not_promised_again(connector: Inventory, ref: str) -> None:
    before = await lamps(connector)

    held = await connector.put_reservation(ref, TWO_LAMPS, 900)

    assert (held.id, held.status, held.lines) == (ref, "held", TWO_LAMPS)
    assert await connector.get_reservation(ref) == held
    assert await lamps(connector) == before - 2


async def test_the_same_lines_again_change_nothing(connector: Inventory, ref: str) -> None:
    held = await connector.put_reservation(ref, TWO_LAMPS, 900)
    left = await lamps(connector)

    for seconds in (900, 300):
        assert await connector.put_reservation(ref, TWO_LAMPS, seconds) == held
    assert await lamps(connector) == left


async def test_two_calls_at_once_hold_once(connector: Inventory, ref: str) -> None:
    before = await lamps(connector)

    await asyncio.gather(*(connector.put_reservation(ref, TWO_LAMPS, 900) for _ in range(5)))

    assert await lamps(connector) == before - 2


async def test_other_lines_under_the_same_id_are_a_conflict(connector: Inventory, ref: str) -> None:
    await connector.put_reservation(ref, TWO_LAMPS, 900)

    with pytest.raises(Rejected) as caught:
        await connector.put_reservation(ref, ONE_LAMP, 900)

    assert refused(caught) == (409, "conflict")
    assert (await connector.get_reservation(ref)).lines == TWO_LAMPS


async def test_all_is_held_or_nothing(connector: Inventory, ref: str) -> None:
    before = await lamps(connector)
    wanted = [*ONE_LAMP, OrderLine(sku="CAM-1080P", quantity=1)]

    with pytest.raises(Rejected) as caught:
        await connector.put_reservation(ref, wanted, 900)

    assert refused(caught) == (409, "out-of-stock")
    assert [e["pointer"] for e in caught.value.document["errors"]] == ["#/lines/1/quantity"]
    assert await lamps(connector) == before


async def test_an_unknown_product_is_pointed_at(connector: Inventory, ref: str) -> None:
    wanted = [*ONE_LAMP, OrderLine(sku="NOT-ONE", quantity=1)]

    with pytest.raises(Rejected) as caught:
        await connector.put_reservation(ref, wanted, 900)

    assert refused(caught) == (422, "unknown-sku")
    assert [e["pointer"] for e in caught.value.document["errors"]] == ["#/lines/1/sku"]


@pytest.mark.parametrize("committed", [False, True])
async def test_a_release_gives_everything_back_and_may_be_repeated(
    connector: Inventory, ref: str, committed: bool
) -> None:
    before = await lamps(connector)
    await connector.put_reservation(ref, TWO_LAMPS, 900)
    if committed:
        await connector.commit_reservation(ref)

    for _ in range(2):
        await connector.release_reservation(ref)

    assert await lamps(connector) == before
    assert (await connector.get_reservation(ref)).status == "released"


async def test_what_was_released_stays_released(connector: Inventory, ref: str) -> None:
    await connector.put_reservation(ref, TWO_LAMPS, 900)
    await connector.release_reservation(ref)

    with pytest.raises(Rejected) as caught:
        await connector.put_reservation(ref, TWO_LAMPS, 900)
    assert refused(caught) == (409, "released")
    with pytest.raises(Rejected) as caught:
        await connector.commit_reservation(ref)
    assert caught.value.code == 409


async def test_a_commit_may_be_repeated(connector: Inventory, ref: str) -> None:
    before = await lamps(connector)
    await connector.put_reservation(ref, TWO_LAMPS, 900)

    committed = await connector.commit_reservation(ref)

    assert committed.status == "committed"
    assert await connector.commit_reservation(ref) == committed
    assert await lamps(connector) == before - 2


async def test_what_never_was_is_missing(connector: Inventory) -> None:
    with pytest.raises(Missing):
        await connector.get_reservation("R-NEVER")
    with pytest.raises(Missing):
        await connector.commit_reservation("R-NEVER")
