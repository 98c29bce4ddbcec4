"""Whose stock has changed since somebody last asked.

A token is `<epoch>.<start>.<position>`: the snapshot it is about, its latest change when this listener
started over, and the last change he was told. Nothing is kept per listener, and a token may be used
again: the same question has the same answer, or a later one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple, Self

from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.process.catalogue.v1 import StockChange, StockChanges
from process_apis.catalogue.products import available
from process_apis.catalogue.snapshot import Change, Feed, Snapshot
from runtime.apis.binding import Surroundings
from runtime.clock import Clock
from runtime.problems import Unavailable
from runtime.settings import SettingsError
from runtime.sqlite.lock import FileInUse

erp = ErpClient()

PAGE = 100
"""Products asked for at a time: what both systems allow at most."""


class Token(NamedTuple):
    epoch: str
    start: int
    position: int

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        match (text or "").split("."):
            case [epoch, start, position] if _is_count(start) and _is_count(position):
                return cls(epoch, int(start), int(position))
        return None

    def holds(self, feed: Feed) -> bool:
        """Whether all that happened after it can still be told."""
        ours = self.epoch == feed.epoch and max(self.start, self.position) <= feed.last
        return ours and max(self.start, self.position) >= feed.floor

    def text(self) -> str:
        return f"{self.epoch}.{self.start}.{self.position}"


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19  # what SQLite can compare


Ask = Callable[[], Awaitable[dict[str, int]]]
"""How much there is of all that can be bought."""


@dataclass
class StockFeed:
    snapshot: Snapshot
    now: Clock
    all_stock: Ask

    def __post_init__(self) -> None:
        self._turn = asyncio.Lock()
        self._asked_at = float("-inf")

    async def changes(self, since: str | None, limit: int) -> StockChanges:
        """Raises Unavailable when there is no whole page to tell and a system cannot be asked."""
        token = Token.read(since)
        if token is None or not token.holds(await self.snapshot.feed()):
            return await self._from_the_beginning(limit)
        found = await self.snapshot.changes(token.position, token.start, limit + 1)
        if len(found) <= limit:
            await self._ask()
            if not token.holds(await self.snapshot.feed()):
                return await self._from_the_beginning(limit)
            found = await self.snapshot.changes(token.position, token.start, limit + 1)
        return await self._page(token, found, limit, full=False)

    async def _from_the_beginning(self, limit: int) -> StockChanges:
        await self._ask()
        feed = await self.snapshot.feed()
        token = Token(feed.epoch, feed.last, 0)
        found = await self.snapshot.changes(0, feed.last, limit + 1)
        return await self._page(token, found, limit, full=True)

    async def _page(
        self, token: Token, found: list[Change], limit: int, *, full: bool
    ) -> StockChanges:
        feed, told = await self.snapshot.feed(), found[:limit]
        position = told[-1].change if told else token.position
        return StockChanges(
            full=full,
            items=[_change(change) for change in told],
            next=token._replace(position=position).text(),
            more=len(found) > limit,
            as_of=feed.as_of,
        )

    async def _ask(self) -> None:
        """One listener asks the systems; who came meanwhile is served by what a later one hears."""
        came = asyncio.get_running_loop().time()
        async with self._turn:
            if self._asked_at >= came:
                return
            asked_at, as_of = asyncio.get_running_loop().time(), self.now()
            await self.snapshot.hear(await self.all_stock(), as_of)
            self._asked_at = asked_at


async def all_stock() -> dict[str, int]:
    """Of all that can be bought. Raises Unavailable rather than tell of a part as if it were all."""
    stock: dict[str, int] = {}
    cursor = None
    while True:
        page = await erp.list_products(limit=PAGE, cursor=cursor, cache_control="no-cache")
        stock |= await available([product.sku for product in page.items if product.active])
        if page.next_cursor is None:
            return stock
        if page.next_cursor == cursor:
            raise Unavailable("the ERP's list of products does not come to an end")
        cursor = page.next_cursor


def _change(change: Change) -> StockChange:
    removed = change.available is None
    return StockChange(sku=change.sku, available=change.available, removed=removed)


@asynccontextmanager
async def stock_feed(around: Surroundings) -> AsyncIterator[StockFeed]:
    """Its snapshot is `<data_dir>/catalogue.sqlite`, of this process alone."""
    try:
        snapshot = Snapshot(around.settings.data_dir / "catalogue.sqlite")
    except FileInUse as error:
        raise SettingsError([f"data_dir: {error}"]) from error
    try:
        yield StockFeed(snapshot, around.clock, all_stock)
    finally:
        await snapshot.aclose()
