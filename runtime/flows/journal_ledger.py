"""The embedded engine's ledger of one run: gives back what is recorded, records what is new."""

import asyncio
from collections.abc import Awaitable, Callable

from runtime.flows.journal import Journal
from runtime.flows.ledger import Outcome, Turn
from runtime.flows.replay import Replay, row_of
from runtime.flows.rows import StepRow


class JournalLedger(Replay):
    def __init__(
        self,
        journal: Journal,
        run_id: str,
        *,
        closing: asyncio.Event,
        news: asyncio.Event,
        pause_of_writing: float,
    ) -> None:
        super().__init__(
            run_id,
            journal.steps(run_id),
            journal.orders(run_id),
            closing=closing,
            news=news,
            pause_of_writing=pause_of_writing,
            clock=journal.now,
        )
        self._journal = journal

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

    async def wait(self, turn: Turn, event: str | None, seconds: float | None) -> str:
        row = self._replayed(turn)
        if row is not None and row.outcome != "waiting":
            return row.detail
        await self._go_on()
        if row is None:
            waiting = self._waiting(event, seconds)
            await self._record(turn, waiting)
        else:
            waiting = Outcome("waiting", row.detail)
        value = await self._news_of(event, self._left(waiting.detail, seconds))
        await self._record(turn, Outcome("ok", value))
        return value

    async def _ordered_since(self) -> bool:
        return self._journal.ordered_since(self._run_id, self.orders)

    async def _write_mark(self, mark: StepRow) -> bool:
        return await self._journal.mark(self._run_id, mark, self.orders)

    async def _told(self, event: str) -> str | None:
        return self._journal.told(self._run_id, event)

    async def _record(self, turn: Turn, outcome: Outcome) -> None:
        rows = [row_of(turn, outcome)]
        await self.durably(lambda: self._journal.record(self._run_id, rows))
