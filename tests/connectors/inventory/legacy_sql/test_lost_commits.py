"""An answer that is lost after the commit: the same again heals it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from connectors.inventory.legacy_sql import Connector
from runtime.problems import Unavailable
from tests.connectors.inventory.legacy_sql.material import Connect, available, lines
from tests.connectors.legacy_warehouses import House
from tests.connectors.protocols.sql.test_lost import COMMIT
from tests.connectors.wire import Fate, wire

pytestmark = pytest.mark.parametrize("house", ["postgresql", "mariadb"], indirect=True)

TWO = lines(CBL_USBC_2M=2)
STEPS: dict[str, Callable[[Connector], Awaitable[object]]] = {
    "put": lambda warehouse: warehouse.put_reservation("L-1", TWO, 900),
    "commit": lambda warehouse: warehouse.commit_reservation("L-1"),
    "release": lambda warehouse: warehouse.release_reservation("L-1"),
}


@asynccontextmanager
async def over_a_wire(connect: Connect, house: House, fate: Fate) -> AsyncIterator[Connector]:
    """The next commit is lost."""
    async with wire(house.options["host"], house.options["port"]) as broken:
        warehouse = await connect(port=broken.local, timeout_seconds=0.8)
        await warehouse.list_stock(["CBL-USBC-2M"])
        broken.fates.append((COMMIT[house.database.kind], fate))
        yield warehouse
        assert broken.fates == []


async def test_a_lost_answer_is_asked_for_again_at_once(
    connect: Connect, house: House, warehouse: Connector
) -> None:
    before = await available(warehouse, "CBL-USBC-2M")

    for step, left in {"put": before - 2, "commit": before - 2, "release": before}.items():
        async with over_a_wire(connect, house, "cut after") as broken:
            await STEPS[step](broken)
        assert await available(warehouse, "CBL-USBC-2M") == left


@pytest.mark.parametrize("step", ["put", "commit"])
async def test_after_silence_the_same_call_says_what_has_happened(
    connect: Connect, house: House, warehouse: Connector, step: str
) -> None:
    ref = f"S-{step}"
    before = await available(warehouse, "CBL-USBC-2M")
    if step == "commit":
        await warehouse.put_reservation(ref, TWO, 900)

    async def call(through: Connector) -> object:
        if step == "put":
            return await through.put_reservation(ref, TWO, 900)
        return await through.commit_reservation(ref)

    async with over_a_wire(connect, house, "dead") as broken:
        with pytest.raises(Unavailable) as caught:
            await call(broken)
        assert caught.value.slug == "no-answer"

    assert await call(warehouse) == await warehouse.get_reservation(ref)
    assert await available(warehouse, "CBL-USBC-2M") == before - 2
    await warehouse.release_reservation(ref)
    assert await available(warehouse, "CBL-USBC-2M") == before
