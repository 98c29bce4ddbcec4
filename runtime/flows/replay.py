"""The embedded engine's ledger of one run: gives back what is recorded, records what is new."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog

from runtime.flows.journal import Journal
from runtime.flows.ledger import OrderedBack, Outcome, Outdated, Stuck, Turn
from runtime.flows.orders import UNDOING
from runtime.flows.rows import StepRow
from runtime.problems import Unavailable

T = TypeVar("T")
log = structlog.get_logger()


class JournalLedger:
    """`closing` is set when the engine closes; `pause` seconds pass between tries to write."""

    def __init__(
        self, journal: Journal, run_id: str, closing: asyncio.Event, journal_pause: float
    ) -> None:
        self._journal = journal
        self._run_id = run_id
        self._closing = closing
        self._journal_pause = journal_pause
        orders = journal.orders(run_id)
        self.orders = len(orders)
        """How many orders this play of the run knows of."""
        self.ordered_back = any(order.action in UNDOING for order in orders)
        self._recorded = {row.seq: row for row in journal.steps(run_id)}
        self._mark: StepRow | None = None
        self._marking = asyncio.Lock()

    async def once(self, turn: Turn, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        row = self._replayed(turn)
        if row is not None and row.outcome != "stuck":
            return Outcome(row.outcome, row.detail, row.attempts)
        if turn.kind == "do":
            await self._go_on()
        if self._closing.is_set():
            raise asyncio.CancelledError
        outcome = await call()
        await self._record(turn, outcome)
        return outcome

    def mark(self, turn: Turn) -> None:
        if self._replayed(turn) is None:
            if self.ordered_back:
                raise OrderedBack
            self._mark = _row(turn, Outcome("ok", "null"))

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
            await self.pause(self._journal_pause)

    async def _go_on(self) -> None:
        """Let the flow make its next call, unless an operator has said otherwise."""
        if self.ordered_back:
            raise OrderedBack
        async with self._marking:  # of steps side by side, neither goes ahead of the mark
            if self._mark is not None:
                await self._pass(self._mark)
                self._mark = None
        if self._journal.orders_given(self._run_id) != self.orders:
            raise Outdated

    async def _pass(self, mark: StepRow) -> None:
        """Whoever is first in the journal wins: an order to undo the run, or its going ahead."""
        if not await self.durably(lambda: self._journal.mark(self._run_id, mark, self.orders)):
            raise Outdated

    def _replayed(self, turn: Turn) -> StepRow | None:
        row = self._recorded.pop(turn.seq, None)
        if row is not None and (row.kind, row.name) != (turn.kind, turn.name):
            raise Stuck(
                f"the flow has changed: {row.kind} {row.name} is recorded as number {turn.seq},"
                f" where it now has {turn.kind} {turn.name}"
            )
        return row

    async def _record(self, turn: Turn, outcome: Outcome) -> None:
        rows = [_row(turn, outcome)]
        await self.durably(lambda: self._journal.record(self._run_id, rows))


def _row(turn: Turn, outcome: Outcome) -> StepRow:
    return StepRow(
        turn.seq,
        turn.kind,
        turn.name,
        outcome.verdict,
        outcome.detail,
        outcome.attempts,
        skippable=turn.skippable,
    )
