"""The embedded engine's ledger of one run: gives back what is recorded, records what is new."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from runtime.flows.journal import Journal, StepRow
from runtime.flows.ledger import Outcome, Stuck, Turn
from runtime.problems import Unavailable

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
        self._recorded = {row.seq: row for row in journal.steps(run_id)}
        self._marks: list[StepRow] = []

    async def once(self, turn: Turn, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        row = self._replayed(turn)
        if row is not None and row.outcome != "stuck":
            return Outcome(row.outcome, row.detail, row.attempts)
        if self._closing.is_set():
            raise asyncio.CancelledError
        outcome = await call()
        await self._record(turn, outcome)
        return outcome

    def mark(self, turn: Turn) -> None:
        if self._replayed(turn) is None:
            self._marks.append(_row(turn, Outcome("ok", "null")))

    def close(self) -> None:
        if self._recorded:
            names = ", ".join(row.name for row in self._recorded.values())
            raise Stuck(f"the flow has changed: it did not come by {names}, which is recorded")

    async def pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
            raise asyncio.CancelledError

    async def durably(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write until it succeeds: a run waits for its journal, and loses nothing."""
        while True:
            try:
                return await write()
            except Unavailable as error:
                log.error("flow_journal_unavailable", run=self._run_id, detail=str(error))
            await self.pause(self._journal_pause)

    def _replayed(self, turn: Turn) -> StepRow | None:
        row = self._recorded.pop(turn.seq, None)
        if row is not None and (row.kind, row.name) != (turn.kind, turn.name):
            raise Stuck(
                f"the flow has changed: {row.kind} {row.name} is recorded as number {turn.seq},"
                f" where it now has {turn.kind} {turn.name}"
            )
        return row

    async def _record(self, turn: Turn, outcome: Outcome) -> None:
        rows = [*self._marks, _row(turn, outcome)]
        self._marks.clear()
        await self.durably(lambda: self._journal.record(self._run_id, rows))


def _row(turn: Turn, outcome: Outcome) -> StepRow:
    return StepRow(*turn, outcome.verdict, outcome.detail, outcome.attempts)
