"""The ledger of one play of a run: a turn is a DBOS step, and is taken by whoever holds the lease."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from dbos import DBOS, StepReservation, error

from runtime.flows.ledger import Outcome, Turn
from runtime.flows.replay import Replay, row_of
from runtime.flows.replicated.lease import Lease, LeaseLost
from runtime.flows.replicated.rows import Known, text
from runtime.flows.replicated.tables import Tables
from runtime.flows.rows import StepRow

NOT_OURS = (error.DBOSWorkflowConflictIDError, error.DBOSWorkflowCancelledError)
"""Another replica has the run by now: it must go on without us."""


class ReplicatedLedger(Replay):
    """DBOS numbers its steps as they are asked for, so a replay must ask for the same ones in the same
    order. What earlier plays have recorded never changes again, and is no step of this one; what this
    play has recorded, DBOS gives back.
    """

    def __init__(
        self,
        tables: Tables,
        lease: Lease,
        run: Known,
        *,
        closing: asyncio.Event,
        news: asyncio.Event,
        pause_of_writing: float,
    ) -> None:
        super().__init__(
            run.row.id,
            run.steps(),
            run.orders[: run.play],
            closing=closing,
            news=news,
            pause_of_writing=pause_of_writing,
            clock=tables.clock,
        )
        self._tables = tables
        self._lease = lease
        self._run = run
        self._before = {row.seq: row for row in run.steps(before=run.play)}
        self._here = run.taken_in(run.play)

    async def once(self, turn: Turn, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        self._replayed(turn)
        row = self._before.get(turn.seq)
        if row is not None and row.outcome != "stuck":
            return Outcome(row.outcome, row.detail, row.attempts)
        # Before anything is awaited: steps side by side keep their order.
        place = DBOS.reserve_step()
        if not self._here[turn.seq]:
            await self._may_call(turn)
        return await self._taken(place, turn, call)

    async def wait(self, turn: Turn, event: str | None, seconds: float | None) -> str:
        self._replayed(turn)
        row = self._before.get(turn.seq)
        if row is not None and row.outcome != "waiting":
            return row.detail
        begins = [DBOS.reserve_step()] if row is None else []
        end = DBOS.reserve_step()
        over = self._here[turn.seq] > len(begins)
        if not over:
            await self._go_on()
        waiting = row.detail if row is not None else ""
        for place in begins:
            waiting = (await self._taken(place, turn, self._begin(event, seconds))).detail
        value = "" if over else await self._news_of(event, self._left(waiting, seconds))
        return (await self._taken(end, turn, _given(Outcome("ok", value)))).detail

    def _begin(self, event: str | None, seconds: float | None) -> Callable[[], Awaitable[Outcome]]:
        return _given(self._waiting(event, seconds))

    async def _may_call(self, turn: Turn) -> None:
        if turn.kind == "do":
            await self._go_on()
        else:
            await self._ordered_since()  # which asks for the lease
        if self._closing.is_set():
            raise asyncio.CancelledError

    async def _taken(
        self, place: StepReservation, turn: Turn, call: Callable[[], Awaitable[Outcome]]
    ) -> Outcome:
        """As DBOS has it recorded, or as it comes from `call` and is recorded now."""

        async def body() -> dict[str, Any]:
            row = row_of(turn, await call())
            return row._replace(at=text(self._clock()))._asdict()

        try:
            kept = await place.run_async({"name": f"{turn.kind} {turn.name}"}, body)
        except NOT_OURS as lost:
            raise asyncio.CancelledError from lost
        return Outcome(kept["outcome"], kept["detail"], kept["attempts"])

    async def _ordered_since(self) -> bool:
        """Asked of the session that holds the lease: without it, nothing more is called here."""
        try:
            orders = await self._lease.ask(
                "select orders from strata.run where n = $1", self._run.n
            )
        except LeaseLost as lost:
            raise asyncio.CancelledError from lost
        return bool(orders != self.orders)

    async def _write_mark(self, mark: StepRow) -> bool:
        return await self._tables.mark(self._run.n, mark, self.orders)

    async def _told(self, event: str) -> str | None:
        return await self.durably(lambda: self._tables.told(self._run.n, event))


def _given(outcome: Outcome) -> Callable[[], Awaitable[Outcome]]:
    async def call() -> Outcome:
        return outcome

    return call
