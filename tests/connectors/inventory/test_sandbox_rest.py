"""The warehouse's connector against the simulated warehouse, over real sockets."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from connectors.inventory.sandbox_rest import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import OrderLine
from runtime.calls.http import Sender
from runtime.problems import Misconfigured, Rejected, Unavailable
from tests.connectors.sandboxed import Sandboxed


@pytest.fixture
async def backend(sandbox_urls: dict[str, str], network: Sender) -> AsyncIterator[Sandboxed]:
    backend = Sandboxed(sandbox_urls["inventory"], network)
    await backend.calm()
    yield backend
    await backend.calm()


@pytest.fixture
def warehouse(backend: Sandboxed, network: Sender) -> Connector:
    return connector(network, url=backend.url)


def connector(network: Sender, **options: Any) -> Connector:
    options = {"token": "sandbox-wms-token", "timeout_seconds": 1} | options
    return Connector(Options.model_validate(options), Reach(network))


@pytest.fixture
async def ref(warehouse: Connector) -> AsyncIterator[str]:
    """A reservation id nobody has used; whatever is held under it is given back."""
    ref = f"R-{uuid4().hex}"
    yield ref
    await warehouse.release_reservation(ref)


def lines(**quantities: int) -> list[OrderLine]:
    return [OrderLine(sku=sku.replace("_", "-"), quantity=qty) for sku, qty in quantities.items()]


async def available(warehouse: Connector, sku: str) -> int:
    return (await warehouse.list_stock([sku])).items[0].available


async def test_stock_is_listed_in_the_order_asked_and_the_unknown_apart(
    warehouse: Connector,
) -> None:
    stock = await warehouse.list_stock(["MON-27-4K", "NO-SUCH", "CAM-1080P"])

    assert [(item.sku, item.available) for item in stock.items] == [
        ("MON-27-4K", 18),
        ("CAM-1080P", 0),
    ]
    assert stock.unknown == ["NO-SUCH"]


async def test_a_reservation_holds_stock_until_it_is_released(
    warehouse: Connector, ref: str
) -> None:
    before = await available(warehouse, "MON-27-4K")

    held = await warehouse.put_reservation(ref, lines(MON_27_4K=2), 900)
    assert (held.id, held.status, held.lines) == (ref, "held", lines(MON_27_4K=2))
    assert held.expires_at is not None
    assert await available(warehouse, "MON-27-4K") == before - 2

    await warehouse.release_reservation(ref)
    assert await available(warehouse, "MON-27-4K") == before
    assert (await warehouse.get_reservation(ref)).status == "released"


async def test_the_same_lines_with_other_seconds_are_the_same_reservation(
    warehouse: Connector, ref: str
) -> None:
    held = await warehouse.put_reservation(ref, lines(KB_ISO_DE=1), 900)

    assert await warehouse.put_reservation(ref, lines(KB_ISO_DE=1), 400) == held


async def test_an_expired_hold_is_not_passed_off_as_held(
    warehouse: Connector, backend: Sandboxed, ref: str
) -> None:
    await warehouse.put_reservation(ref, lines(KB_ISO_DE=1), 900)
    await backend.advance_clock(1000)

    assert (await warehouse.get_reservation(ref)).status == "expired"
    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(ref, lines(KB_ISO_DE=1), 400)
    assert (caught.value.code, caught.value.slug) == (409, "conflict")
    with pytest.raises(Rejected) as caught:
        await warehouse.commit_reservation(ref)
    assert (caught.value.code, caught.value.slug) == (409, "expired")


async def test_two_lines_of_one_product_are_held_together(warehouse: Connector, ref: str) -> None:
    twice = [OrderLine(sku="KB-ISO-DE", quantity=1), OrderLine(sku="KB-ISO-DE", quantity=2)]

    held = await warehouse.put_reservation(ref, twice, 900)

    assert held.lines == lines(KB_ISO_DE=3)
    assert await warehouse.put_reservation(ref, lines(KB_ISO_DE=3), 900) == held


async def test_every_line_that_is_short_is_pointed_at(warehouse: Connector, ref: str) -> None:
    wanted = [*lines(DESK_SIT_160=3, KB_ISO_DE=1), *lines(DESK_SIT_160=2, CAM_1080P=1)]
    before = await available(warehouse, "KB-ISO-DE")

    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(ref, wanted, 900)

    assert (caught.value.code, caught.value.slug) == (409, "out-of-stock")
    assert caught.value.document["errors"] == [
        {"detail": "4 available", "pointer": "#/lines/0/quantity"},
        {"detail": "4 available", "pointer": "#/lines/2/quantity"},
        {"detail": "0 available", "pointer": "#/lines/3/quantity"},
    ]
    assert await available(warehouse, "KB-ISO-DE") == before


async def test_every_unknown_product_is_pointed_at(warehouse: Connector, ref: str) -> None:
    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(ref, lines(KB_ISO_DE=1, NOT_ONE=1, NOR_TWO=1), 900)

    assert (caught.value.code, caught.value.slug) == (422, "unknown-sku")
    assert [error["pointer"] for error in caught.value.document["errors"]] == [
        "#/lines/1/sku",
        "#/lines/2/sku",
    ]


async def test_committed_stock_leaves_for_good_and_comes_back_on_release(
    warehouse: Connector, ref: str
) -> None:
    before = await available(warehouse, "LAMP-LED-A1")
    await warehouse.put_reservation(ref, lines(LAMP_LED_A1=1), 900)

    committed = await warehouse.commit_reservation(ref)
    assert (committed.status, committed.expires_at) == ("committed", None)
    assert await warehouse.commit_reservation(ref) == committed

    await warehouse.release_reservation(ref)
    assert await available(warehouse, "LAMP-LED-A1") == before


async def test_what_came_late_finds_its_reference_dead(warehouse: Connector, ref: str) -> None:
    await warehouse.release_reservation(ref)

    with pytest.raises(Rejected) as caught:
        await warehouse.put_reservation(ref, lines(KB_ISO_DE=1), 900)

    assert (caught.value.code, caught.value.slug) == (409, "released")


async def test_a_put_that_broke_off_is_repeated_and_holds_once(
    warehouse: Connector, backend: Sandboxed, ref: str
) -> None:
    before = await available(warehouse, "KB-ISO-DE")
    await backend.fault("putHold", "drop_after_commit")

    await warehouse.put_reservation(ref, lines(KB_ISO_DE=1), 900)

    assert await available(warehouse, "KB-ISO-DE") == before - 1
    assert len(await backend.calls("putHold")) == 2


async def test_a_page_from_a_proxy_is_not_a_release(
    warehouse: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.fault("releaseHold", "html", times=3)

    with pytest.raises(Unavailable) as caught:
        await warehouse.release_reservation(ref)

    assert caught.value.code == 502
    await backend.calm()


async def test_a_wrong_base_url_is_for_an_operator(backend: Sandboxed, network: Sender) -> None:
    with pytest.raises(Misconfigured):
        await connector(network, url=f"{backend.url}/v9").get_reservation("R-1")
