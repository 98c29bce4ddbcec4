"""The one DBOS of this process, shared by its APIs, and its part in taking over from dead replicas."""

import asyncio
import logging
import os
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped] # it has no types
import structlog
from dbos import DBOS

from runtime.flows.replicated import workflow
from runtime.flows.replicated.lease import Lease, LeaseLost
from runtime.postgresql.schema import migrate
from runtime.problems import Unavailable

LOOK = 1.0
"""Seconds between looks for dead replicas; they also keep the lease from running out."""
SWEEP = 4
"""Looks between those for runs whose next play nobody has begun."""
ALIVE = (
    "select distinct executor_id from dbos.workflow_status where status = 'PENDING' and name = $1"
)
LEFT = """
    select workflow_uuid from dbos.workflow_status
    where status = 'PENDING' and name = $1 and executor_id = $2
        and updated_at <= (extract(epoch from now()) - $3) * 1000
    order by created_at
"""
FORGOTTEN = 30.0
"""Seconds after which a workflow that is ours by DBOS, and that no engine here plays, is handed over."""

log = structlog.get_logger()


class Plays(Protocol):
    """What a replica needs of an engine."""

    async def play(self, run_id: str, number: int) -> None: ...

    def plays(self, workflow: str) -> bool: ...

    async def stand_down(self) -> None:
        """Break off every run here, at once."""
        ...

    async def sweep(self) -> int:
        """Begin the plays that nobody has begun; how many."""
        ...


class Replica:
    def __init__(self, url: str, version: str) -> None:
        self.executor = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self.lease = Lease(url, self.executor)
        self._url = url
        self._version = version
        self._engines: dict[str, Plays] = {}
        self._queues: list[str]
        self._tasks: list[asyncio.Task[None]] = []
        self._returning = False
        self.pool = asyncpg.create_pool(
            url,
            min_size=1,
            max_size=workflow.CONNECTIONS,
            command_timeout=10,
            reset=_left_as_it_is,
            server_settings={"timezone": "UTC", "application_name": "strata flows"},
        )

    @property
    def may_play(self) -> bool:
        return self.lease.held and not self._returning

    async def open(self, first_queue: str) -> None:
        """Raises what asyncpg does when PostgreSQL cannot be reached, and DatabaseTooNew."""
        try:
            await self._open(first_queue)
        except BaseException:
            await self.aclose()
            raise

    async def _open(self, first_queue: str) -> None:
        await self.pool
        async with self.pool.acquire() as connection:
            await migrate(connection)
        while not await self.lease.take():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
        self._launch(first_queue)
        self._tasks = [asyncio.create_task(work) for work in (self._beat(), self._watch())]

    async def attach(self, name: str, engine: Plays) -> None:
        """From here on the engine's runs are played here, those of dead replicas too."""
        self._engines[name] = engine
        workflow.PLAYERS[name] = engine.play
        queue = workflow.queue_of(name)
        if queue not in self._queues:
            # DBOS is told the names of its queues before it is launched; our APIs open one by one.
            self._queues.append(queue)
        await DBOS.register_queue_async(queue, polling_interval_sec=workflow.POLL)

    async def detach(self, name: str) -> None:
        workflow.PLAYERS.pop(name, None)
        self._engines.pop(name, None)

    async def reap(self) -> list[str]:
        """Hand over what dead replicas have left; the workflows."""
        left: list[str] = []
        with suppress(LeaseLost):
            for record in await self.pool.fetch(ALIVE, workflow.NAME):
                executor = record["executor_id"]
                if executor != self.executor and await self.lease.take_over(executor):
                    try:
                        left += await self._hand_over(executor)
                    finally:
                        await self.lease.let_go(executor)
        return left

    async def aclose(self) -> None:
        await broken_off(self._tasks)
        DBOS.destroy()
        # DBOS had made its threads those of the loop, and has stopped them.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        await self.lease.aclose()
        await self.pool.close()

    def _launch(self, first_queue: str) -> None:
        """On this event loop, so that flows run where the rest of their process does."""
        logging.getLogger("dbos").addHandler(logging.NullHandler())  # it would print by itself
        dbos: Any = DBOS(config=workflow.configuration(self._url, self.executor, self._version))
        DBOS.listen_queues([first_queue])
        self._queues = dbos._listening_queues
        DBOS.launch()

    async def _hand_over(self, executor: str) -> list[str]:
        """What it has left, whose lease is ours."""
        left = await self._left(executor)
        await self._queue(left)
        if left:
            log.warning("flows_taken_over", runs=len(left), of=executor)
        return left

    async def _left(self, executor: str, age: float = 0.0) -> list[str]:
        found = await self.pool.fetch(LEFT, workflow.NAME, executor, age)
        return [record["workflow_uuid"] for record in found]

    async def _queue(self, workflows: list[str]) -> None:
        by_engine: dict[str, list[str]] = defaultdict(list)
        for one in workflows:
            by_engine[one.partition(":")[0]].append(one)
        for engine, some in by_engine.items():
            await workflow.hand_over(some, engine)

    async def _beat(self) -> None:
        """Keep the lease from running out, whatever else takes its time."""
        while True:
            await asyncio.sleep(LOOK)
            with suppress(LeaseLost):
                await self.lease.ask("select 1")

    async def _watch(self) -> None:
        looks = 0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.lease.lost.wait(), LOOK)
            try:
                await self._look(looks)
            except (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                log.error("flows_database_unavailable", detail=type(error).__name__)
                await asyncio.sleep(LOOK)
            except Exception:
                log.exception("flows_watch_failed")  # the next look may do better
                await asyncio.sleep(LOOK)
            looks += 1

    async def _look(self, looks: int) -> None:
        if not self.may_play:
            await self._come_back()
        await self.reap()
        if looks % SWEEP == 0:
            for engine in list(self._engines.values()):
                await engine.sweep()
            await self._queue(
                [one for one in await self._left(self.executor, FORGOTTEN) if not self._plays(one)]
            )

    async def _come_back(self) -> None:
        """After others may have taken over: break off everything, and go on with what they left."""
        if not self._returning:
            log.error("flows_lease_lost", executor=self.executor)
        self._returning = True
        for engine in list(self._engines.values()):
            await engine.stand_down()
        while not (self.lease.held or await self.lease.take()):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
        await self._hand_over(self.executor)
        self._returning = False

    def _plays(self, one: str) -> bool:
        return any(engine.plays(one) for engine in self._engines.values())


async def broken_off(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _left_as_it_is(_connection: asyncpg.Connection) -> None:
    """Our statements leave nothing behind; asyncpg's own reset would double their number."""


class _Shared:
    """The replica of this process, and how many engines use it."""

    replica: Replica | None = None
    users = 0


@asynccontextmanager
async def replica(url: str, version: str, engine: str) -> AsyncIterator[Replica]:
    """That of this process, opened for the first engine and closed after the last."""
    if _Shared.replica is None:
        _Shared.replica = Replica(url, version)
        try:
            await _Shared.replica.open(workflow.queue_of(engine))
        except BaseException:
            _Shared.replica = None
            raise
    _Shared.users += 1
    try:
        yield _Shared.replica
    finally:
        _Shared.users -= 1
        if not _Shared.users:
            closing, _Shared.replica = _Shared.replica, None
            await closing.aclose()
