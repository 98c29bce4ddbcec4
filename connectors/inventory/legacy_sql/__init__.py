"""A warehouse's database from before there were APIs: our reservations are its allocations.

Quirks, each with *why this matters*:

1. Whoever allocates locks the STOCKBAL rows first, by ITEM_NO and LOC_CD; no constraint keeps stock
   from being promised twice. *Why this matters:* so do we, in that order, after our header: what is
   free is only true while they are locked.
2. An open allocation just stops counting once VALID_TO has passed; nobody marks it. *Why this
   matters:* two who ask at that moment must not both be right, so the time is read once the rows
   are locked, also to confirm.
3. Times are numbers, YYYYMMDDHHMMSS by the wall clock. *Why this matters:* once a year an hour comes
   twice; the later one is meant, or a hold over that night would end the moment it began.
4. ITEM_NO is CHAR(18), in capitals, and texts are compared as the database likes: MariaDB finds
   `kb-1` for `KB-1`, SQLite not even `KB-1` for `KB-1` and a blank. *Why this matters:* we pad what
   we ask for, strip what we get, and believe no match but our own; a longer number is unknown.
5. A reference of ours that differs from another in letter case only is the same one to MariaDB.
   *Why this matters:* it is refused as a conflict, as it could only be mixed up.
6. Quantities have three decimals, as some things are told in metres. *Why this matters:* only whole
   pieces are promised, by the place they lie at; what is not told in pieces is unknown to us.
7. STATUS_CD of an article is A, B (blocked) or X (deleted). *Why this matters:* a blocked one is
   known, and nothing of it is to be had; a deleted one is unknown, whatever lies there.
8. Not all that is on hand may be promised: there is quarantine. *Why this matters:* the places that
   count are named in the options, and used in that order.
9. Goods that are picked or shipped do not come back by a status. *Why this matters:* a release is
   then refused (`shipped`); until then it takes back what was confirmed.
10. Nothing here makes a release final but the row it leaves. *Why this matters:* one that finds
   nothing leaves a header without lines, which no hold gets past.
11. No table knows goods that come back. *Why this matters:* a receipt is added to what is on hand, and a
   released allocation under a source of its own (`receipt_source`) says that it was: once.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from connectors.inventory import Inventory
from connectors.inventory.legacy_sql import stock
from connectors.inventory.legacy_sql.allocations import Allocations
from connectors.inventory.legacy_sql.receipts import Receipts
from connectors.protocols.sql.backend import SqlBackend
from connectors.protocols.sql.options import SqlOptions, Writing
from connectors.reach import Reach
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory import v1

Code = Annotated[str, Field(pattern="^[A-Z0-9]{1,4}$")]


class Options(SqlOptions):
    locations: list[Code] = Field(min_length=1)
    """The places whose stock we may promise, the first one first."""
    source: str = Field(default="STR", pattern="^[A-Z0-9]{3}$")
    """Who we are among those who allocate (SRC_SYS)."""
    receipt_source: str = Field(default="STB", pattern="^[A-Z0-9]{3}$")
    """Who we are when goods come back; not the same, or an id would be both (SRC_SYS)."""
    unit: str = Field(default="EA", pattern="^[A-Z0-9]{1,3}$")
    """The UOM that is a piece."""
    writable: Writing


class Connector(Inventory):
    def __init__(self, options: Options, reach: Reach) -> None:
        self._database = SqlBackend("inventory", options, reach)
        self._shelves = stock.Shelves(options.locations, options.unit, options.time_zone)
        self._allocations = Allocations(self._database, self._shelves, options.source, reach.clock)
        self._receipts = Receipts(
            self._database, self._shelves, options.receipt_source, reach.clock
        )
        self._clock = reach.clock

    async def list_stock(self, skus: list[str]) -> v1.StockList:
        asked = list(dict.fromkeys(skus))
        wanted = self._shelves.asked(asked, self._clock())
        known = self._shelves.articles(
            await self._database.fetch("listStock", stock.LEVELS, **wanted)
        )
        return v1.StockList(
            items=[
                v1.Stock(sku=sku, available=known[sku].available) for sku in asked if sku in known
            ],
            unknown=[sku for sku in asked if sku not in known],
        )

    async def put_reservation(
        self, reservation_id: str, lines: list[OrderLine], expires_in: int
    ) -> v1.Reservation:
        return await self._allocations.put(reservation_id, lines, timedelta(seconds=expires_in))

    async def get_reservation(self, reservation_id: str) -> v1.Reservation:
        return await self._allocations.get(reservation_id)

    async def release_reservation(self, reservation_id: str) -> None:
        await self._allocations.release(reservation_id)

    async def commit_reservation(self, reservation_id: str) -> v1.Reservation:
        return await self._allocations.commit(reservation_id)

    async def put_receipt(self, receipt_id: str, lines: list[OrderLine]) -> v1.Receipt:
        return await self._receipts.receive(receipt_id, lines)

    async def get_receipt(self, receipt_id: str) -> v1.Receipt:
        return await self._receipts.received(receipt_id)

    async def aclose(self) -> None:
        await self._database.aclose()
