"""The other programs at the same tables: the telephone desk, the pickers, the night batch.

Each keeps the rule of the house, and takes headers before rows of stock. `connection` is in a
transaction of its own; `lock` is what the database wants behind a SELECT to lock the rows, which is
nothing for SQLite.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import TextClause, text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

DESK = "TEL"
FOR_EVER = 99991231235959
NOW = 20240101120000

BALANCES = "SELECT ON_HAND - PICKED FROM STOCKBAL WHERE ITEM_NO = :item AND LOC_CD = 'MAIN'"
PROMISED = text(
    "SELECT COALESCE(SUM(L.QTY), 0) FROM ALLOCLIN L JOIN ALLOCHDR H"
    " ON H.SRC_SYS = L.SRC_SYS AND H.EXT_REF = L.EXT_REF"
    " WHERE L.ITEM_NO = :item AND L.LOC_CD = 'MAIN' AND H.STATUS_CD IN ('O', 'C')"
)
HEADER = text("INSERT INTO ALLOCHDR VALUES (:desk, :ref, 'C', :to, :now)")
LINE = text("INSERT INTO ALLOCLIN VALUES (:desk, :ref, 1, 'MAIN', :item, :qty)")
HEADERS = "SELECT SRC_SYS, EXT_REF FROM ALLOCHDR WHERE STATUS_CD = :status ORDER BY 1, 2"
LINES = text("SELECT ITEM_NO, LOC_CD, QTY FROM ALLOCLIN WHERE SRC_SYS = :desk AND EXT_REF = :ref")
PICKED = text(
    "UPDATE STOCKBAL SET PICKED = PICKED + :qty, LAST_UPD = :now"
    " WHERE ITEM_NO = :item AND LOC_CD = :place"
)
SHIPPED = text(
    "UPDATE STOCKBAL SET PICKED = PICKED - :qty, ON_HAND = ON_HAND - :qty, LAST_UPD = :now"
    " WHERE ITEM_NO = :item AND LOC_CD = :place"
)
TURNED = text(
    "UPDATE ALLOCHDR SET STATUS_CD = :status, LAST_UPD = :now"
    " WHERE SRC_SYS = :desk AND EXT_REF = :ref"
)


async def order_by_telephone(
    connection: "AsyncConnection", lock: str, ref: str, item: str, qty: int
) -> bool:
    """Confirmed at once, out of MAIN; False when there is not enough. It asks nobody's VALID_TO."""
    values = {"item": item.ljust(18)}
    on_hand = (await connection.execute(text(BALANCES + lock), values)).scalar_one()
    promised = (await connection.execute(PROMISED, values)).scalar_one()
    if Decimal(str(on_hand)) - Decimal(str(promised)) < qty:
        return False
    header = {"desk": DESK, "ref": ref, "to": FOR_EVER, "now": NOW}
    await connection.execute(HEADER, header)
    await connection.execute(LINE, {"desk": DESK, "ref": ref, "qty": qty, **values})
    return True


async def pick(connection: "AsyncConnection", lock: str) -> None:
    """Whatever is confirmed goes onto carts."""
    await _turn(connection, lock, "C", "P", PICKED)


async def night_batch(connection: "AsyncConnection", lock: str) -> None:
    """Whatever is on carts has left."""
    await _turn(connection, lock, "P", "S", SHIPPED)


async def _turn(
    connection: "AsyncConnection", lock: str, status: str, following: str, move: TextClause
) -> None:
    headers = (await connection.execute(text(HEADERS + lock), {"status": status})).all()
    lines: list[tuple[Any, ...]] = []
    for desk, ref in headers:
        found = await connection.execute(LINES, {"desk": desk, "ref": ref})
        lines += [tuple(line) for line in found]
    for item, place, qty in sorted(lines):
        values = {"item": item, "place": place, "qty": qty, "now": NOW}
        await connection.execute(move, values)
    for desk, ref in headers:
        values = {"desk": desk, "ref": ref, "status": following, "now": NOW}
        await connection.execute(TURNED, values)
