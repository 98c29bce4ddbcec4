"""Many at once for the last pieces: nothing is promised twice, and nothing is lost."""

import asyncio
import json
import sys
from collections.abc import Iterable
from decimal import Decimal

import pytest
from sqlalchemy import text

from connectors.inventory.legacy_sql import Connector
from runtime.problems import Rejected
from sandbox.legacy_warehouse import others
from tests.connectors.inventory.legacy_sql.fighter import take
from tests.connectors.inventory.legacy_sql.material import Connect, Hand, available, lines
from tests.connectors.legacy_warehouses import House

FOUGHT_FOR = ("CHAIR-MESH", "DESK-SIT-160", "DOCK-TB4", "MON-27-4K")
BALANCES = (
    "SELECT B.ITEM_NO, B.LOC_CD, MIN(B.ON_HAND - B.PICKED) - COALESCE(SUM(L.QTY), 0)"
    " FROM STOCKBAL B LEFT JOIN (SELECT L.* FROM ALLOCLIN L JOIN ALLOCHDR H"
    " ON H.SRC_SYS = L.SRC_SYS AND H.EXT_REF = L.EXT_REF AND H.STATUS_CD IN ('O', 'C')) L"
    " ON L.ITEM_NO = B.ITEM_NO AND L.LOC_CD = B.LOC_CD GROUP BY B.ITEM_NO, B.LOC_CD"
)
LOCK = "SELECT ON_HAND FROM STOCKBAL WHERE ITEM_NO = :item ORDER BY ITEM_NO, LOC_CD"


async def left(house: House) -> dict[str, Decimal]:
    """What is free in each place, by the tables alone."""
    found = await house.rows(BALANCES)
    return {f"{item.strip()} {place}": Decimal(str(free)) for item, place, free in found}


async def let_go(warehouse: Connector, refs: Iterable[str]) -> None:
    for ref in refs:
        await warehouse.release_reservation(ref)


async def test_fifty_at_once_on_two_connectors_never_oversell(
    connect: Connect, house: House
) -> None:
    before = await left(house)
    one, two = [await connect(timeout_seconds=30, max_connections=8) for _ in range(2)]

    took = await asyncio.gather(
        *(take((one, two)[turn % 2], f"F-{turn}", turn // 2) for turn in range(50))
    )
    got = [ref for ref in took if ref]

    after = await left(house)
    assert all(free >= 0 for free in after.values()), after
    assert sum(after[f"CHAIR-MESH {place}"] for place in ("MAIN", "OVER")) == 0, "somebody could"
    for sku in FOUGHT_FOR:
        free = sum(after[f"{sku} {place}"] for place in ("MAIN", "OVER"))
        assert await available(one, sku) == free
    await let_go(one, got)
    assert await left(house) == before, "what was refused left something behind"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # whose locks differ by process
async def test_two_processes_never_oversell(warehouse: Connector, house: House) -> None:
    before = await left(house)
    options = json.dumps(house.options | {"timeout_seconds": 30})
    module = "tests.connectors.inventory.legacy_sql.fighter"

    running = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, options, name, "12"), stdout=asyncio.subprocess.PIPE
        )
        for name in ("A", "B")
    ]
    said = [(await process.communicate())[0] for process in running]

    got = [ref for words in said for ref in json.loads(words)]
    after = await left(house)
    assert all(free >= 0 for free in after.values()), after
    assert sum(after[f"CHAIR-MESH {place}"] for place in ("MAIN", "OVER")) == 0
    await let_go(warehouse, got)
    assert await left(house) == before


async def test_the_telephone_desk_and_we_never_promise_the_same_piece(
    connect: Connect, house: House
) -> None:
    warehouse = await connect(timeout_seconds=30)
    places = [f"LAMP-LED-A1 {place}" for place in ("MAIN", "OVER")]
    before = await left(house)

    async def desk(number: int) -> bool:
        async with house.inside() as connection:
            lock = house.database.lock
            return await others.order_by_telephone(connection, lock, f"{number}", "LAMP-LED-A1", 5)

    async def ours(number: int) -> bool:
        try:
            await warehouse.put_reservation(f"D-{number}", lines(LAMP_LED_A1=5), 900)
        except Rejected:
            return False
        return True

    sold = await asyncio.gather(*(who(number) for number in range(10) for who in (desk, ours)))

    after = await left(house)
    assert sum(before[p] - after[p] for p in places) == 5 * sum(sold)
    assert all(after[place] >= 0 for place in places)
    await let_go(warehouse, (f"D-{number}" for number in range(10)))


async def test_a_hold_that_ends_while_we_wait_for_the_stock_is_not_confirmed(
    warehouse: Connector, house: House, clock: Hand
) -> None:
    await warehouse.put_reservation("R-race", lines(DESK_SIT_160=4), 60)
    async with house.inside() as connection:
        await connection.execute(
            text(LOCK + house.database.lock), {"item": "DESK-SIT-160".ljust(18)}
        )
        confirming = asyncio.create_task(warehouse.commit_reservation("R-race"))
        await asyncio.sleep(0.2)
        assert not confirming.done()
        clock.passes(60)

    with pytest.raises(Rejected) as caught:
        await confirming
    assert caught.value.slug == "expired"
    assert await available(warehouse, "DESK-SIT-160") == 4
    await warehouse.release_reservation("R-race")
