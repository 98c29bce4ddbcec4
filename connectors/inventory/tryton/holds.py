"""Reservations in Tryton: one shipment each, moved by buttons, never reopened."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from connectors.goods import wanted
from connectors.inventory import refuse_short, refuse_unknown, short
from connectors.inventory.tryton import refusals, shipments
from connectors.inventory.tryton.shipments import (
    GONE,
    HOLDS,
    LEFT_OVER,
    OPEN,
    SHIPMENTS,
    TO_COMMITTED,
    TO_HELD,
    TO_RELEASED,
    UNFINISHED,
    Hold,
    Shipment,
    chosen,
)
from connectors.inventory.tryton.stock import Article, Stock
from connectors.inventory.tryton.tags import RELEASED, VOID, Tag
from connectors.vendors.tryton.documents import made, moved
from connectors.vendors.tryton.errors import Refused, Stale
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Values
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Reservation
from runtime.clock import Clock
from runtime.problems import Rejected, Unavailable

SWEEP_EVERY = timedelta(minutes=1)
SWEPT_AT_ONCE = 10
"""A caller is waiting; the others get their turn at the next call."""


class Holds:
    def __init__(self, tryton: Session, stock: Stock, clock: Clock) -> None:
        self._tryton = tryton
        self._stock = stock
        self._clock = clock
        self._sweep_due = clock()

    async def put(
        self, reservation_id: str, lines: Sequence[OrderLine], lasts: timedelta
    ) -> Reservation:
        tag = Tag.held(reservation_id, self._clock() + lasts)
        found = await self._all(reservation_id)
        if found:
            self._refuse_another(chosen(found), lines)
        if not any(hold.state != "cancelled" for hold in found):  # none, or expired and swept
            found = await self._created(tag, lines)
            self._refuse_another(chosen(found), lines)
        hold = chosen(found)
        if hold.state in OPEN and hold.is_over(self._clock()):
            hold = await self._renewed(hold, tag)
        return await self._held(hold, lines)

    async def get(self, reservation_id: str) -> Reservation:
        return shipments.reservation(chosen(await self._all(reservation_id)), self._clock())

    async def commit(self, reservation_id: str) -> Reservation:
        hold = chosen(await self._all(reservation_id))
        refusals.refuse_over(hold, self._clock())
        hold = await moved(self._tryton, HOLDS, hold, TO_COMMITTED)
        refusals.refuse_over(hold, self._clock())
        return shipments.reservation(hold, self._clock())

    async def release(self, reservation_id: str) -> None:
        holds = await self._all(reservation_id)
        if any(hold.state in GONE for hold in holds):
            raise Rejected("the goods have left", kind="shipped", status=409)
        for hold in holds:
            if hold.tag.word != RELEASED:
                await self._tryton.write(HOLDS.model, [hold.id], _tagged(hold, RELEASED))
            await moved(self._tryton, HOLDS, hold, TO_RELEASED)

    async def sweep_when_due(self) -> None:
        if self._clock() >= self._sweep_due:
            await self._sweep()

    async def _sweep(self) -> bool:
        """Give back what nobody is entitled to any more (quirk 3); whether there was any."""
        now = self._clock()
        found = await self._tryton.find(SHIPMENTS, LEFT_OVER)
        over = [left for left in found if left.tag.word == RELEASED or left.is_over(now)]
        for left in over[:SWEPT_AT_ONCE]:
            with suppress(Refused, Stale):
                await self._tryton.press(SHIPMENTS.model, "cancel", [left.id], _as_read(left))
        if len(over) <= SWEPT_AT_ONCE:
            self._sweep_due = now + SWEEP_EVERY
        return bool(over)

    async def _all(self, reservation_id: str) -> list[Hold]:
        found = await self._tryton.find(HOLDS, shipments.under(reservation_id))
        return shipments.standing(found, reservation_id)

    async def _created(self, tag: Tag, lines: Sequence[OrderLine]) -> list[Hold]:
        """What stands under the id afterwards, less ours if it came second (quirk 4)."""
        articles = await self._available(lines)
        new = shipments.new_hold(tag, lines, articles, await self._stock.warehouse())
        find = partial(self._living, tag.reservation_id)
        ours = await made(self._tryton, HOLDS.model, new, find)
        found = await self._all(tag.reservation_id)
        for second in found:
            if second.id == ours != chosen(found).id:
                await self._void(second)
        return found

    async def _living(self, reservation_id: str) -> list[Hold]:
        return [hold for hold in await self._all(reservation_id) if hold.state != "cancelled"]

    async def _available(self, lines: Sequence[OrderLine]) -> dict[str, Article]:
        """The articles of the lines; Rejected for an unknown one, or more than can be promised."""
        articles = await self._stock.articles(wanted(lines))
        refuse_unknown(lines, articles)
        if short(lines, _promised(articles)) and await self._sweep():
            articles = await self._stock.articles(articles)
        refuse_short(lines, _promised(articles))
        return articles

    async def _renewed(self, hold: Hold, tag: Tag) -> Hold:
        """Expired, but nobody has taken the stock back yet."""
        await self._tryton.write(HOLDS.model, [hold.id], {"reference": str(tag)}, _as_read(hold))
        return replace(hold, tag=tag)

    async def _held(self, hold: Hold, lines: Sequence[OrderLine]) -> Reservation:
        hold = await moved(self._tryton, HOLDS, hold, TO_HELD)
        if hold.state in UNFINISHED:  # quirk 1
            await self._void(hold)
            refuse_short(lines, hold.assigned)
            raise Unavailable("the warehouse did not assign what it has", retry_after=1)
        refusals.refuse_over(hold, self._clock())
        return shipments.reservation(hold, self._clock())

    async def _void(self, hold: Hold) -> None:
        """Cancelled first: what is cancelled half-way must not hold anything."""
        await moved(self._tryton, HOLDS, hold, TO_RELEASED)
        await self._tryton.write(HOLDS.model, [hold.id], _tagged(hold, VOID))

    def _refuse_another(self, hold: Hold, lines: Sequence[OrderLine]) -> None:
        if hold.status(self._clock()) == "released":
            refusals.refuse_over(hold, self._clock())
        refusals.refuse_other_lines(hold, lines)


def _promised(articles: Mapping[str, Article]) -> dict[str, int]:
    return {sku: article.available for sku, article in articles.items()}


def _tagged(hold: Hold, word: str) -> Values:
    return {"reference": str(replace(hold.tag, word=word))}


def _as_read(shipment: Shipment) -> Values:
    """Makes a change fail if there was another since."""
    return {"_timestamp": {f"{SHIPMENTS.model},{shipment.id}": shipment.stamp}}
