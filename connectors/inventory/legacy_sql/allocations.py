"""Our reservations as allocations of the warehouse's, each method one transaction.

All of them lock in one order: our header, then the stock (quirk 1). Of two that come at once under
one id, the key of the headers says which was first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.inventory import refuse_short, refuse_unknown
from connectors.inventory.legacy_sql import headers, refusals, stock
from connectors.inventory.legacy_sql.draws import Draw, drawn, lines_of
from connectors.inventory.legacy_sql.headers import CONFIRMED, GONE, OPEN, RELEASED, Header
from connectors.inventory.legacy_sql.stamps import stamp
from connectors.protocols.sql.backend import SqlBackend
from connectors.protocols.sql.errors import Taken
from connectors.protocols.sql.transaction import Transaction
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Reservation
from runtime.clock import Clock
from runtime.problems import Missing, Rejected


class Allocations:
    """`source` is who we are among those who allocate."""

    def __init__(
        self, database: SqlBackend, shelves: stock.Shelves, source: str, clock: Clock
    ) -> None:
        self._database = database
        self._shelves = shelves
        self._source = source
        self._clock = clock

    async def put(self, ref: str, lines: Sequence[OrderLine], lasts: timedelta) -> Reservation:
        work = partial(self._put, ref, lines, lasts)
        return await self._database.transaction("putAllocation", work, repeatable=True)

    async def get(self, ref: str) -> Reservation:
        return await self._database.reading("getAllocation", partial(self._get, ref))

    async def commit(self, ref: str) -> Reservation:
        work = partial(self._commit, ref)
        return await self._database.transaction("confirmAllocation", work, repeatable=True)

    async def release(self, ref: str) -> None:
        work = partial(self._release, ref)
        await self._database.transaction("releaseAllocation", work, repeatable=True)

    async def _put(
        self, ref: str, lines: Sequence[OrderLine], lasts: timedelta, tx: Transaction
    ) -> Reservation:
        new = Header(ref, OPEN, self._stamp(lasts))
        found = await self._locked(tx, ref) or await self._added(tx, new)
        if found is None:
            return await self._filled(tx, new, lines)
        draws = await tx.fetch(headers.READ_LINES, **self._key(ref))
        status = found.status(self._clock(), self._shelves.zone)
        if status == "released":
            refusals.refuse_over(status)
        refusals.refuse_other_lines(tx.read(lambda: lines_of(draws)), lines)
        if status != "expired":
            return self._told(tx, found, draws)
        await self._turned(tx, new)
        await tx.run(headers.CLEAR_LINES, **self._key(ref))
        return await self._filled(tx, new, lines)

    async def _filled(
        self, tx: Transaction, header: Header, lines: Sequence[OrderLine]
    ) -> Reservation:
        """All lines or none: what is raised here takes the header back as well."""
        skus = {line.sku for line in lines}
        await tx.fetch(stock.LOCK, **self._shelves.rows(skus))
        # Only now: what is over may change while we wait for the rows (quirk 2).
        levels = await tx.fetch(stock.LEVELS, **self._shelves.asked(skus, self._clock()))
        articles = self._shelves.articles(levels)
        refuse_unknown(lines, articles)
        refuse_short(lines, {sku: article.available for sku, article in articles.items()})
        draws = drawn(lines, articles)
        key = self._key(header.ref)
        await tx.run_all(headers.ADD_LINE, [key | draw.values() for draw in draws])
        return self._told(tx, header, draws)

    async def _get(self, ref: str, tx: Transaction) -> Reservation:
        found = await tx.fetch(headers.READ, **self._key(ref))
        for header in found:
            if header.ref == ref:
                return self._told(tx, header, await tx.fetch(headers.READ_LINES, **self._key(ref)))
        raise Missing("there is no such reservation")

    async def _commit(self, ref: str, tx: Transaction) -> Reservation:
        header = await self._locked(tx, ref)
        if header is None:
            raise Missing("there is no such reservation")
        draws = await tx.fetch(headers.READ_LINES, **self._key(ref))
        await tx.fetch(stock.LOCK, **_rows(draws))
        refusals.refuse_over(header.status(self._clock(), self._shelves.zone))
        if header.letter == OPEN:
            header = replace(header, letter=CONFIRMED)
            await self._turned(tx, header)
        return self._told(tx, header, draws)

    async def _release(self, ref: str, tx: Transaction) -> None:
        tombstone = Header(ref, RELEASED, self._stamp())
        found = await self._locked(tx, ref) or await self._added(tx, tombstone)
        if found is None or found.letter == RELEASED:
            return
        if found.letter in GONE:
            raise Rejected("the goods have left", kind="shipped", status=409)
        await self._turned(tx, replace(found, letter=RELEASED))

    async def _locked(self, tx: Transaction, ref: str) -> Header | None:
        found = await tx.fetch(headers.READ_TO_CHANGE, **self._key(ref))
        if any(header.ref != ref for header in found):  # quirk 5
            raise Rejected(
                "an id that differs in letter case is in use", kind="conflict", status=409
            )
        return found[0] if found else None

    async def _added(self, tx: Transaction, header: Header) -> Header | None:
        """None when it was, else the header that somebody else had added meanwhile."""
        try:
            async with tx.savepoint():
                await tx.run(headers.ADD, **self._values(header))
        except Taken:
            if found := await self._locked(tx, header.ref):
                return found
            raise
        return None

    async def _turned(self, tx: Transaction, header: Header) -> None:
        await tx.run(headers.TURN, **self._values(header))

    def _key(self, ref: str) -> dict[str, Any]:
        return {"source": self._source, "ref": ref}

    def _values(self, header: Header) -> dict[str, Any]:
        changed = {"letter": header.letter, "valid_to": header.valid_to, "now": self._stamp()}
        return self._key(header.ref) | changed

    def _stamp(self, ahead: timedelta = timedelta()) -> int:
        return stamp(self._clock() + ahead, self._shelves.zone)

    def _told(self, tx: Transaction, header: Header, draws: Iterable[Draw]) -> Reservation:
        status = header.status(self._clock(), self._shelves.zone)
        until = header.until(self._shelves.zone) if status in {"held", "expired"} else None
        return tx.read(
            lambda: Reservation(
                id=header.ref, status=status, lines=lines_of(draws), expires_at=until
            )
        )


def _rows(draws: Sequence[Draw]) -> dict[str, Any]:
    """The values LOCK asks for."""
    return {
        "items": sorted({draw.sku for draw in draws}),
        "places": sorted({draw.place for draw in draws}),
    }
