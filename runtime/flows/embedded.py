"""The engine that needs nothing installed: runs are tasks of this process, kept in SQLite."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import nullcontext
from contextvars import Context as Variables
from typing import Any, TypeVar

import orjson
import structlog

from runtime.context import Context
from runtime.flows.attempts import Attempts
from runtime.flows.engine import KeyReused, Started
from runtime.flows.execution import Ending, play, stuck_ending, tell
from runtime.flows.flow import Flow, by_name
from runtime.flows.journal import Journal
from runtime.flows.journal_ledger import JournalLedger
from runtime.flows.ledger import Outdated
from runtime.flows.limits import DEFAULTS, ONCE, Limits
from runtime.flows.orders import judge
from runtime.flows.origin import Origin
from runtime.flows.retention import forget_the_old
from runtime.flows.rows import RunRow
from runtime.flows.run import Order, Run, Status
from runtime.flows.saga import Saga
from runtime.flows.telling import is_news, told
from runtime.flows.views import view
from runtime.problems import Missing, Unavailable

P = TypeVar("P")
T = TypeVar("T")
log = structlog.get_logger()


class EmbeddedEngine:
    """An Engine. It closes the journal it is given; `make_context` gives an Origin its wiring."""

    def __init__(
        self,
        journal: Journal,
        flows: Iterable[Flow[Any, Any]],
        *,
        make_context: Callable[[Origin], Context],
        limits: Limits = DEFAULTS,
    ) -> None:
        """Raises TypeError for a flow without annotations, ValueError for two of one name."""
        self._journal = journal
        self._flows = by_name(flows)
        self._make_context = make_context
        self._limits = limits
        self._recoveries = asyncio.Semaphore(limits.recoveries)
        self._closing = asyncio.Event()
        self._forgetting = False
        self._live: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(
        self, flow: Flow[P, Any], run_id: str, payload: P, *, owner: str, context: Context
    ) -> Started:
        if self._closing.is_set():
            raise Unavailable("the flow engine is closing", retry_after=1)
        if self._flows.get(flow.name) is not flow:
            raise LookupError(f"the engine was not given the flow {flow.name}")
        row = flow.row(run_id, payload, owner=owner, context=context)
        # Shielded: a caller who goes away must not leave a run that is recorded and not taken up.
        return await asyncio.shield(self._owned(self._accept(row)))

    async def wait(self, run_id: str, timeout: float) -> Run:
        if task := self._live.get(run_id):
            await asyncio.wait({task}, timeout=timeout)
        return self._view(self._existing(run_id))

    async def get(self, run_id: str) -> Run | None:
        row = self._journal.run(run_id)
        return None if row is None else self._view(row)

    async def recover(self) -> int:
        self._forget_the_old()
        unfinished = await self._journal.take_up()
        for run_id, fruitless in unfinished:
            if fruitless > self._limits.in_vain:
                await self._give_up(run_id)
            else:
                self._take_up(run_id, again=True)
        log.info("flows_recovered", runs=len(unfinished))
        return len(unfinished)

    async def order(self, run_id: str, order: Order) -> Run:
        return await asyncio.shield(self._owned(self._order(run_id, order)))

    async def emit(self, run_id: str, event: str, value: object) -> None:
        self._existing(run_id)
        await asyncio.shield(self._journal.tell(run_id, event, told(value), is_news))
        self._wake(run_id)

    async def family(self, run_id: str) -> Sequence[Run]:
        return [self._view(row) for row in self._journal.family(run_id)]

    async def aclose(self) -> None:
        self._closing.set()
        for news in self._news.values():
            news.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._limits.close)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._journal.aclose()

    async def list(
        self,
        *,
        owner: str | None = None,
        flow: str | None = None,
        status: Status | None = None,
        limit: int = 20,
        after: str | None = None,
    ) -> Sequence[Run]:
        rows = self._journal.find(owner=owner, flow=flow, status=status, limit=limit, after=after)
        return [self._view(row) for row in rows]

    async def _accept(self, new: RunRow) -> Started:
        if (created := await self._journal.begin(new)) is not None:
            self._take_up(new.id)
            return Started(view(created, (), ()), True)
        row = self._existing(new.id)
        if (row.flow, row.owner, row.payload_hash) != (new.flow, new.owner, new.payload_hash):
            raise KeyReused("send another request with another key")
        if row.status == "running":
            self._take_up(row.id)
        return Started(self._view(row), False)

    async def _order(self, run_id: str, order: Order) -> Run:
        self._existing(run_id)
        await self._journal.order(run_id, order, judge)
        self._wake(run_id)
        row = self._existing(run_id)
        if row.status == "running":
            self._take_up(run_id, again=True)
        return self._view(row)

    def _view(self, row: RunRow) -> Run:
        return view(row, self._journal.steps(row.id), self._journal.orders(row.id))

    def _existing(self, run_id: str) -> RunRow:
        if (row := self._journal.run(run_id)) is None:
            raise Missing(f"there is no run {run_id}")
        return row

    def _take_up(self, run_id: str, *, again: bool = False) -> None:
        if run_id not in self._live and not self._closing.is_set():
            self._live[run_id] = self._owned(self._drive(run_id, again), Variables())

    def _forget_the_old(self) -> None:
        limits = self._limits
        if limits.retention is not None and not self._forgetting:
            self._forgetting = True
            self._owned(
                forget_the_old(self._journal, limits.retention, limits.cleaning, self._closing)
            )

    def _wake(self, run_id: str) -> None:
        if news := self._news.get(run_id):
            news.set()

    async def _give_up(self, run_id: str) -> None:
        row = self._existing(run_id)
        ending = stuck_ending(f"taken up {self._limits.in_vain} times without getting any further")
        if await self._journal.end(run_id, *ending, len(self._journal.orders(run_id))):
            tell(row, ending)

    def _owned(
        self, work: Coroutine[Any, Any, T], variables: Variables | None = None
    ) -> asyncio.Task[T]:
        """A task of the engine's own, with the caller's context variables or with `variables`."""
        task = asyncio.get_running_loop().create_task(work, context=variables)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _drive(self, run_id: str, again: bool) -> None:
        self._news[run_id] = asyncio.Event()
        try:
            while not await self._played(self._existing(run_id), again):
                pass
        except Exception:
            log.exception("flow_lost", run=run_id)  # the next recovery takes it up
        finally:
            del self._live[run_id], self._news[run_id]

    async def _played(self, row: RunRow, again: bool) -> bool:
        """Whether it came to an end; not when it was given orders since it began."""
        ledger = JournalLedger(
            self._journal,
            row.id,
            closing=self._closing,
            news=self._news[row.id],
            pause_of_writing=self._limits.journal_pause,
        )
        try:
            ending = await self._ending(row, ledger, again)
        except Outdated:
            return False
        if ended := await ledger.durably(lambda: self._journal.end(row.id, *ending, ledger.orders)):
            tell(row, ending)
        return ended

    async def _ending(self, row: RunRow, ledger: JournalLedger, again: bool) -> Ending:
        flow = self._flows.get(row.flow)
        if flow is None:
            return stuck_ending(f"no flow is named {row.flow} any more")
        return await play(flow, row, lambda: self._saga(row, ledger, again))

    def _saga(self, row: RunRow, ledger: JournalLedger, again: bool) -> Saga:
        context = self._make_context(orjson.loads(row.context))
        slots = self._recoveries if again else nullcontext()
        attempts = Attempts(row.flow, row.id, context, self._limits, ledger, slots)
        return Saga(attempts, self._limits.after_restart if again else ONCE)
