"""What the ledgers of both engines have in common: a play of a run goes by what is recorded of it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import orjson
import structlog

from runtime.clock import Clock
from runtime.flows.ledger import OrderedBack, Outcome, Outdated, Stuck, Turn
from runtime.flows.rows import StepRow
from runtime.flows.run import UNDOING, Order, Wait
from runtime.problems import Unavailable

T = TypeVar("T")
log = structlog.get_logger()


class Replay(ABC):
    """`closing` is set when the engine closes, `news` when it does and when the run is told something
    or ordered; `pause_of_writing` seconds pass between tries to write."""

    def __init__(
        self,
        run_id: str,
        recorded: Iterable[StepRow],
        orders: Sequence[Order],
        *,
        closing: asyncio.Event,
        news: asyncio.Event,
        pause_of_writing: float,
        clock: Clock,
    ) -> None:
        self.orders = len(orders)
        """How many orders this play of the run knows of."""
        self.ordered_back = any(order.action in UNDOING for order in orders)
        self._run_id = run_id
        self._recorded = {row.seq: row for row in recorded}
        self._closing = closing
        self._news = news
        self._pause_of_writing = pause_of_writing
        self._clock = clock
        self._mark: StepRow | None = None
        self._marking = asyncio.Lock()

    @abstractmethod
    async def _ordered_since(self) -> bool:
        """Whether the run has had orders that this play does not know of."""

    @abstractmethod
    async def _write_mark(self, mark: StepRow) -> bool:
        """Write down that it came by, unless there are orders it does not know; whether it did."""

    @abstractmethod
    async def _told(self, event: str) -> str | None:
        """What the run was told under that name."""

    def mark(self, turn: Turn) -> None:
        if self._replayed(turn) is None:
            if self.ordered_back:
                raise OrderedBack
            self._mark = row_of(turn, Outcome("ok", "null"))

    def close(self) -> None:
        if self._recorded:
            names = ", ".join(row.name for row in self._recorded.values())
            raise Stuck(f"the flow has changed: it did not come by {names}, which is recorded")

    async def pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
            raise asyncio.CancelledError

    async def durably(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write until it succeeds: a run waits for its journal, and loses nothing."""
        while True:
            try:
                return await write()
            except Unavailable as error:
                log.error("flow_journal_unavailable", run=self._run_id, detail=str(error))
            await self.pause(self._pause_of_writing)

    async def _go_on(self) -> None:
        """Let the flow make its next call, unless an operator has said otherwise."""
        if self.ordered_back:
            raise OrderedBack
        async with self._marking:  # of steps side by side, neither goes ahead of the mark
            if self._mark is not None:
                await self._pass(self._mark)
                self._mark = None
        if await self._ordered_since():
            raise Outdated

    async def _pass(self, mark: StepRow) -> None:
        """Whoever is first in the journal wins: an order to undo the run, or its going ahead."""
        if not await self.durably(lambda: self._write_mark(mark)):
            raise Outdated

    def _waiting(self, event: str | None, seconds: float | None) -> Outcome:
        """What is recorded when it begins to wait."""
        wait = Wait(event=event, until=None)
        if seconds is not None:
            until = self._clock() + timedelta(seconds=seconds)
            wait["until"] = until.astimezone(UTC).isoformat()
        return Outcome("waiting", orjson.dumps(wait).decode())

    def _left(self, waiting: str, seconds: float | None) -> float | None:
        """How long to wait still. Never longer than was asked for, should the clock have gone back."""
        wait: Wait = orjson.loads(waiting)
        if wait["until"] is None or seconds is None:
            return None
        left = datetime.fromisoformat(wait["until"]) - self._clock()
        return min(max(left.total_seconds(), 0.0), seconds)

    async def _news_of(self, event: str | None, seconds: float | None) -> str:
        clock = asyncio.get_running_loop().time
        end = None if seconds is None else clock() + seconds
        while True:
            self._news.clear()
            if self._closing.is_set():
                raise asyncio.CancelledError
            if await self._ordered_since():
                raise Outdated
            told = event and await self._told(event)
            left = None if end is None else end - clock()
            if told or (left is not None and left <= 0):
                return told or "null"
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    def _replayed(self, turn: Turn) -> StepRow | None:
        row = self._recorded.pop(turn.seq, None)
        if row is not None and (row.kind, row.name) != (turn.kind, turn.name):
            raise Stuck(
                f"the flow has changed: {row.kind} {row.name} is recorded as number {turn.seq},"
                f" where it now has {turn.kind} {turn.name}"
            )
        return row


def row_of(turn: Turn, outcome: Outcome) -> StepRow:
    return StepRow(
        turn.seq,
        turn.kind,
        turn.name,
        outcome.verdict,
        outcome.detail,
        outcome.attempts,
        skippable=turn.skippable,
    )
