"""What the inventory port promises of goods that come back, of every warehouse that can be told of them."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from connectors.inventory import Inventory
from contracts.models.canonical import OrderLine
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import every

pytestmark = every("inventory", but="nightly_file")

TWO_LAMPS = [OrderLine(sku="LAMP-LED-A1", quantity=2)]
ONE_LAMP = [OrderLine(sku="LAMP-LED-A1", quantity=1)]


@pytest.fixture
async def bought(connector: Inventory) -> AsyncIterator[str]:
    """Two lamps have left; what they are received back under."""
    ref = f"R-{uuid4().hex}"
    await connector.put_reservation(ref, TWO_LAMPS, 900)
    await connector.commit_reservation(ref)
    yield f"{ref}-back"
    await connector.release_reservation(ref)


async def lamps(connector: Inventory) -> int:
    return (await connector.list_stock(["LAMP-LED-A1"])).items[0].available


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_goods_that_came_back_can_be_promised_again(
    connector: Inventory, bought: str
) -> None:
    before = await lamps(connector)

    receipt = await connector.put_receipt(bought, ONE_LAMP)

    assert (receipt.id, receipt.lines) == (bought, ONE_LAMP)
    assert await lamps(connector) == before + 1


async def test_goods_come_back_once_whatever_comes_twice(connector: Inventory, bought: str) -> None:
    before = await lamps(connector)

    said = await asyncio.gather(*(connector.put_receipt(bought, TWO_LAMPS) for _ in range(5)))

    assert all(receipt == said[0] for receipt in said)
    assert await connector.put_receipt(bought, [*ONE_LAMP, *ONE_LAMP]) == said[0]
    assert await lamps(connector) == before + 2


async def test_other_goods_under_the_same_receipt_are_a_conflict(
    connector: Inventory, bought: str
) -> None:
    await connector.put_receipt(bought, ONE_LAMP)
    before = await lamps(connector)

    with pytest.raises(Rejected) as caught:
        await connector.put_receipt(bought, TWO_LAMPS)

    assert refused(caught) == (409, "conflict")
    assert await lamps(connector) == before


async def test_unknown_goods_are_pointed_at_and_none_are_received(
    connector: Inventory, bought: str
) -> None:
    before = await lamps(connector)

    with pytest.raises(Rejected) as caught:
        await connector.put_receipt(bought, [*ONE_LAMP, OrderLine(sku="NOT-ONE", quantity=1)])

    assert refused(caught) == (422, "unknown-sku")
    assert [e["pointer"] for e in caught.value.document["errors"]] == ["#/lines/1/sku"]
    assert await lamps(connector) == before


async def test_a_receipt_can_be_read_and_one_that_never_was_is_missing(
    connector: Inventory, bought: str
) -> None:
    with pytest.raises(Missing):
        await connector.get_receipt(bought)

    receipt = await connector.put_receipt(bought, TWO_LAMPS)

    assert await connector.get_receipt(bought) == receipt
