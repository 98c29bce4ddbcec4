"""The engine for several replicas: runs are DBOS workflows, kept in PostgreSQL."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import nullcontext, suppress
from typing import Any, TypeVar

import orjson
import structlog

from runtime.context import Context
from runtime.flows.attempts import Attempts
from runtime.flows.engine import KeyReused, Started
from runtime.flows.execution import Ending, play, stuck_ending, tell
from runtime.flows.flow import Flow, by_name
from runtime.flows.ledger import Outdated
from runtime.flows.limits import DEFAULTS, ONCE, Limits
from runtime.flows.orders import judge
from runtime.flows.origin import Origin
from runtime.flows.replicated import workflow
from runtime.flows.replicated.forgetting import Forgetting
from runtime.flows.replicated.ledger import ReplicatedLedger
from runtime.flows.replicated.news import Ends, News
from runtime.flows.replicated.replica import Replica, broken_off
from runtime.flows.replicated.rows import Known, workflow_id
from runtime.flows.replicated.tables import Tables
from runtime.flows.retention import forget_the_old
from runtime.flows.rows import RunRow
from runtime.flows.run import Order, Run, Status
from runtime.flows.saga import Saga
from runtime.flows.telling import is_news, told
from runtime.problems import Missing, Unavailable

P = TypeVar("P")
T = TypeVar("T")
LOOK = 0.2
"""Seconds between looks whether a run has ended that another replica plays."""

log = structlog.get_logger()


class ReplicatedEngine:
    """An Engine, and one of the Plays of its replica. Open it before anything else."""

    def __init__(
        self,
        replica: Replica,
        tables: Tables,
        flows: Iterable[Flow[Any, Any]],
        *,
        make_context: Callable[[Origin], Context],
        limits: Limits = DEFAULTS,
    ) -> None:
        """Raises TypeError for a flow without annotations, ValueError for two of one name."""
        self._replica = replica
        self._tables = tables
        self._flows = by_name(flows)
        self._make_context = make_context
        self._limits = limits
        self._recoveries = asyncio.Semaphore(limits.recoveries)
        self._closing = asyncio.Event()
        self._news = News(tables, self._closing)
        self._forgetting = False
        self._begun: dict[str, Known | None] = {}
        """The workflows begun here, with the run if it is new."""
        self._live: dict[str, asyncio.Task[Any]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ends = Ends()

    async def open(self) -> None:
        await self._replica.attach(self._tables.engine, self)
        self._owned(self._news.watch())

    async def start(
        self, flow: Flow[P, Any], run_id: str, payload: P, *, owner: str, context: Context
    ) -> Started:
        if self._closing.is_set():
            raise Unavailable("the flow engine is closing", retry_after=1)
        if not self._replica.may_play:
            raise Unavailable("this replica is cut off from the flows' database", retry_after=1)
        if self._flows.get(flow.name) is not flow:
            raise LookupError(f"the engine was not given the flow {flow.name}")
        row = flow.row(run_id, payload, owner=owner, context=context)
        # Shielded: a caller who goes away must not leave a run that is recorded and not taken up.
        return await asyncio.shield(self._owned(self._accept(row)))

    async def wait(self, run_id: str, timeout: float) -> Run:
        end = asyncio.get_running_loop().time() + timeout
        with self._ends.of(run_id) as ended:
            while await self._tables.status(run_id) == "running":
                left = end - asyncio.get_running_loop().time()
                if left <= 0:
                    break
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), min(left, LOOK))
                ended.clear()
        return (await self._existing(run_id)).seen()

    async def get(self, run_id: str) -> Run | None:
        run = await self._tables.run(run_id)
        return None if run is None else run.seen()

    async def recover(self) -> int:
        self._forget_the_old()
        mine = f"{self._tables.engine}:"
        left = [one for one in await self._replica.reap() if one.startswith(mine)]
        runs = len(left) + await self.sweep()
        log.info("flows_recovered", runs=runs)
        return runs

    async def order(self, run_id: str, order: Order) -> Run:
        return await asyncio.shield(self._owned(self._order(run_id, order)))

    async def emit(self, run_id: str, event: str, value: object) -> None:
        run, text = await self._existing(run_id), told(value)
        await asyncio.shield(self._owned(self._tables.tell(run, event, text, is_news)))
        self._news.wake(run.n)

    async def family(self, run_id: str) -> Sequence[Run]:
        return [run.seen() for run in await self._tables.family(run_id)]

    async def aclose(self) -> None:
        self._closing.set()
        self._news.wake_all()
        if tasks := {*self._tasks, *self._live.values()}:
            await asyncio.wait(tasks, timeout=self._limits.close)
        await broken_off({*self._tasks, *self._live.values()})
        await self._replica.detach(self._tables.engine)

    async def list(
        self,
        *,
        owner: str | None = None,
        flow: str | None = None,
        status: Status | None = None,
        limit: int = 20,
        after: str | None = None,
    ) -> Sequence[Run]:
        found = await self._tables.find(
            owner=owner, flow=flow, status=status, limit=limit, after=after
        )
        return [run.seen() for run in found]

    async def play(self, run_id: str, number: int) -> None:
        """A workflow's whole work. It never raises: DBOS would not take the run up again."""
        if self._closing.is_set() or not self._replica.may_play:
            raise asyncio.CancelledError
        mine = workflow_id(self._tables.engine, run_id, number)
        self._keep(mine, asyncio.current_task())
        try:
            await self._played(run_id, number)
        except Exception as error:
            log.exception("flow_lost", run=run_id)  # the next replica takes it up
            raise asyncio.CancelledError from error
        finally:
            self._begun.pop(mine, None)

    async def stand_down(self) -> None:
        await broken_off(set(self._live.values()))

    async def sweep(self) -> int:
        abandoned = await self._tables.abandoned()
        for n, run_id, number, orders, state in abandoned:
            if state is None:
                await self._begin(run_id, number)
            elif state == "SUCCESS" and orders > number:
                await self._play_again(n, run_id)
            else:
                await self._end(n, run_id, stuck_ending(f"DBOS says it is {state}"), orders)
        return len(abandoned)

    def plays(self, workflow: str) -> bool:
        return workflow in self._live

    def _keep(self, workflow: str, task: asyncio.Task[Any] | None) -> None:
        """Know it until DBOS has written down as well that the play is over."""

        def over(task: asyncio.Task[Any]) -> None:
            if self._live.get(workflow) is task:
                del self._live[workflow]

        if stale := self._live.get(workflow):
            stale.cancel()  # it was handed over, and has come back
        if task is not None:
            self._live[workflow] = task
            task.add_done_callback(over)

    async def _accept(self, new: RunRow) -> Started:
        if (begun := await self._tables.begin(new)) is not None:
            await self._begin(new.id, 0, begun)
            return Started(begun.seen(), created=True)
        run = await self._existing(new.id)
        row = run.row
        if (row.flow, row.owner, row.payload_hash) != (new.flow, new.owner, new.payload_hash):
            raise KeyReused("send another request with another key")
        return Started(run.seen(), created=False)

    async def _order(self, run_id: str, order: Order) -> Run:
        run = await self._existing(run_id)
        number = await self._tables.order(run, order, judge)
        self._news.wake(run.n)
        if number is not None:
            await self._begin(run_id, number)
        return (await self._existing(run_id)).seen()

    async def _existing(self, run_id: str) -> Known:
        if (run := await self._tables.run(run_id)) is None:
            raise Missing(f"there is no run {run_id}")
        return run

    async def _begin(self, run_id: str, number: int, new: Known | None = None) -> None:
        self._begun[workflow_id(self._tables.engine, run_id, number)] = new
        await workflow.begin(self._tables.engine, run_id, number)

    async def _play_again(self, n: int, run_id: str) -> None:
        """By the orders it has had meanwhile."""
        if (number := await self._tables.advance(n)) is not None:
            await self._begin(run_id, number)

    async def _played(self, run_id: str, number: int) -> None:
        mine = workflow_id(self._tables.engine, run_id, number)
        taken_over, new = mine not in self._begun, self._begun.get(mine)
        run = new or await self._tables.run(run_id)
        if run is None or (run.play, run.row.status) != (number, "running"):
            return
        with self._news.of(run.n, run.news) as news:
            ledger = ReplicatedLedger(
                self._tables,
                self._replica.lease,
                run,
                closing=self._closing,
                news=news,
                pause_of_writing=self._limits.journal_pause,
            )
            await self._driven(run, ledger, taken_over=taken_over, again=new is None)

    async def _driven(
        self, run: Known, ledger: ReplicatedLedger, *, taken_over: bool, again: bool
    ) -> None:
        try:
            ending = await self._ending(run, ledger, taken_over=taken_over, again=again)
        except Outdated:
            ended = False
        else:
            ended = await ledger.durably(
                lambda: self._end(run.n, run.row.id, ending, ledger.orders)
            )
        if ended:
            tell(run.row, ending)
        else:
            await ledger.durably(lambda: self._play_again(run.n, run.row.id))

    async def _ending(
        self, run: Known, ledger: ReplicatedLedger, *, taken_over: bool, again: bool
    ) -> Ending:
        if taken_over and await self._tables.taken_up(run) > self._limits.in_vain:
            return stuck_ending(
                f"taken up {self._limits.in_vain} times without getting any further"
            )
        flow = self._flows.get(run.row.flow)
        if flow is None:
            return stuck_ending(f"no flow is named {run.row.flow} any more")
        return await play(flow, run.row, lambda: self._saga(run.row, ledger, again))

    async def _end(self, n: int, run_id: str, ending: Ending, orders: int) -> bool:
        ended = await self._tables.end(n, *ending, orders)
        self._ends.tell(run_id)
        return ended

    def _saga(self, row: RunRow, ledger: ReplicatedLedger, again: bool) -> Saga:
        context = self._make_context(orjson.loads(row.context))
        slots = self._recoveries if again else nullcontext()
        attempts = Attempts(row.flow, row.id, context, self._limits, ledger, slots)
        return Saga(attempts, self._limits.after_restart if again else ONCE)

    def _forget_the_old(self) -> None:
        limits = self._limits
        if limits.retention is not None and not self._forgetting:
            self._forgetting = True
            old = Forgetting(self._tables)
            self._owned(forget_the_old(old, limits.retention, limits.cleaning, self._closing))

    def _owned(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
