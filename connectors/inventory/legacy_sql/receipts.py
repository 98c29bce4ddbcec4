"""Goods that come back: onto what is on hand, and into the books under a source of their own (quirk 11).

It locks as an allocation does: the header, then the stock.
"""

from collections.abc import Collection, Sequence
from functools import partial

from connectors.inventory import refuse_unknown
from connectors.inventory.legacy_sql import headers, refusals, stock
from connectors.inventory.legacy_sql.allocations import Allocations
from connectors.inventory.legacy_sql.draws import Draw, lines_of
from connectors.inventory.legacy_sql.headers import RELEASED, Header
from connectors.inventory.legacy_sql.stock import WIDTHS, Level
from connectors.protocols.sql.statements import Change
from connectors.protocols.sql.transaction import Transaction
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Receipt
from runtime.problems import Missing

PADDED = {"item": WIDTHS["items"], "place": WIDTHS["places"]}

LAY_DOWN = Change(
    "UPDATE {prefix}STOCKBAL SET ON_HAND = ON_HAND + :qty, LAST_UPD = :now"
    " WHERE ITEM_NO = :item AND LOC_CD = :place",
    padded=PADDED,
)
ADD_PLACE = Change(
    "INSERT INTO {prefix}STOCKBAL (ITEM_NO, LOC_CD, ON_HAND, PICKED, LAST_UPD)"
    " VALUES (:item, :place, 0, 0, :now)",
    padded=PADDED,
)


class Receipts(Allocations):
    async def receive(self, ref: str, lines: Sequence[OrderLine]) -> Receipt:
        work = partial(self._receive, ref, lines)
        return await self._database.transaction("putReceipt", work, repeatable=True)

    async def received(self, ref: str) -> Receipt:
        return await self._database.reading("getReceipt", partial(self._received, ref))

    async def _receive(self, ref: str, lines: Sequence[OrderLine], tx: Transaction) -> Receipt:
        new = Header(ref, RELEASED, self._stamp())
        if await self._locked(tx, ref) is None and await self._added(tx, new) is None:
            await self._laid_down(tx, ref, lines)
        held = await self._lines(tx, ref)
        refusals.refuse_other_lines(held, lines)
        return tx.read(lambda: Receipt(id=ref, lines=held))

    async def _received(self, ref: str, tx: Transaction) -> Receipt:
        found = await tx.fetch(headers.READ, **self._key(ref))
        if not any(header.ref == ref for header in found):
            raise Missing("there is no such receipt")
        held = await self._lines(tx, ref)
        return tx.read(lambda: Receipt(id=ref, lines=held))

    async def _lines(self, tx: Transaction, ref: str) -> list[OrderLine]:
        draws = await tx.fetch(headers.READ_LINES, **self._key(ref))
        return tx.read(lambda: lines_of(draws))

    async def _laid_down(self, tx: Transaction, ref: str, lines: Sequence[OrderLine]) -> None:
        skus = {line.sku for line in lines}
        await tx.fetch(stock.LOCK, **self._shelves.rows(skus))
        levels = await tx.fetch(stock.LEVELS, **self._shelves.asked(skus, self._clock()))
        refuse_unknown(lines, self._shelves.articles(levels))
        places = {sku: self._place(levels, sku) for sku in sorted(skus)}
        now = {"now": self._stamp()}
        missing = [
            {"item": s, "place": self._shelves.places[0]} for s, p in places.items() if not p
        ]
        await tx.run_all(ADD_PLACE, [values | now for values in missing])
        draws = [
            Draw(number, places[line.sku] or self._shelves.places[0], line.sku, line.quantity)
            for number, line in enumerate(lines, start=1)
        ]
        moved = sorted(draws, key=lambda draw: draw.sku)
        await tx.run_all(LAY_DOWN, [_without_line(draw) | now for draw in moved])
        await tx.run_all(headers.ADD_LINE, [self._key(ref) | draw.values() for draw in draws])

    def _place(self, levels: Collection[Level], sku: str) -> str | None:
        """The first of ours where the article has lain before."""
        known = {level.place for level in levels if level.sku == sku}
        return next((place for place in self._shelves.places if place in known), None)


def _without_line(draw: Draw) -> dict[str, object]:
    return {name: value for name, value in draw.values().items() if name != "line"}
