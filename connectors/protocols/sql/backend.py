"""How any database is reached: one policy for deadline, retries, errors and log.

What reads runs in a transaction that the database keeps from writing. What writes is committed
whole or has not happened; only while a commit is under way can the outcome be unknown.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from connectors.protocols.backend import Attempt, Backend
from connectors.protocols.giving_up import ended
from connectors.protocols.sql.errors import Fault, Phase, problem_of, speaking
from connectors.protocols.sql.meanings import Meaning
from connectors.protocols.sql.options import SqlOptions
from connectors.protocols.sql.statements import Query
from connectors.protocols.sql.transaction import Transaction
from connectors.reach import Reach
from runtime.problems import Misconfigured

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = structlog.get_logger()

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]

CLEANING_SECONDS = 5
"""How long closing waits for calls that were given up."""


@dataclass(slots=True)
class _Try:
    """One attempt: how far it is, and on what connection of the driver's."""

    phase: Phase = Phase.CONNECTING
    raw: Any = None


class SqlBackend:
    """A database by name. Importing its driver takes most of a second, once."""

    def __init__(self, name: str, options: SqlOptions, reach: Reach) -> None:
        from connectors.protocols.sql.drivers import opened

        self.name = name
        self._backend = Backend(name, reach, timeout=options.timeout_seconds)
        self._driver = opened(options)
        self._cleaning: set[asyncio.Task[None]] = set()

    async def fetch(self, operation: str, query: Query[T], **values: Any) -> list[T]:
        """Every row of the answer, read."""

        return await self.reading(operation, lambda reading: reading.fetch(query, **values))

    async def reading(self, operation: str, work: Work[T]) -> T:
        """What `work` returns of several queries. The database lets it change nothing."""
        return await self._call(operation, work, writes=False, repeatable=True)

    async def transaction(self, operation: str, work: Work[T], *, repeatable: bool) -> T:
        """What `work` returns, committed. A problem it raises undoes what it did.

        It may run again from its beginning where nothing has come of it; `repeatable` says that it
        may even if its commit may have happened.
        """
        if not self._driver.options.writable:
            raise Misconfigured(f"{self.name} is not ours to write: see its option `writable`")
        return await self._call(operation, work, writes=True, repeatable=repeatable)

    async def aclose(self) -> None:
        if self._cleaning:
            await asyncio.wait(self._cleaning, timeout=CLEANING_SECONDS)
        await self._driver.engine.dispose()

    async def _call(
        self,
        operation: str,
        work: Work[T],
        *,
        writes: bool,
        repeatable: bool,
    ) -> T:
        async def attempted(attempt: Attempt) -> T:
            current = _Try()
            try:
                done = self._transacted(current, work, writes, attempt.remaining)
                return await self._within(attempt.remaining, current, done)
            except Fault as raised:
                fault = raised.during(current.phase)
            attempt.notes |= {"outcome": fault.meaning.value, "code": fault.code}
            raise problem_of(self.name, fault, current.phase)

        return await self._backend.call(
            operation, attempted, repeatable=repeatable, read=not writes
        )

    async def _transacted(
        self,
        current: _Try,
        work: Work[T],
        writes: bool,
        seconds: float,
    ) -> T:
        ends = asyncio.get_running_loop().time() + seconds
        async with self._connected() as connection:
            with speaking(self.name):
                current.raw = (await connection.get_raw_connection()).driver_connection
                left = ends - asyncio.get_running_loop().time()
                await self._driver.begin(connection, left, writes=writes)
            current.phase = Phase.WORKING
            result = await work(Transaction(self.name, connection, self._driver))
            if writes:
                current.phase = Phase.COMMITTING
                with speaking(self.name):
                    await connection.commit()
        return result

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator["AsyncConnection"]:
        with speaking(self.name):
            connection = await self._driver.engine.connect()
        try:
            yield connection
        finally:
            # What there is to know is known by now; what does not end in order the pool drops.
            with suppress(Fault), speaking(self.name):
                await connection.close()

    async def _within(self, seconds: float, current: _Try, work: Coroutine[Any, Any, T]) -> T:
        """On time, even where a lost network lets nothing be ended in order: that goes on behind."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=seconds)
            if task.done():
                return task.result()
        finally:
            if not task.done():
                self._behind(asyncio.create_task(self._stopped(current.raw)))
                self._behind(asyncio.create_task(ended(task)))
        raise Fault(Meaning.LATE)

    async def _stopped(self, raw: Any) -> None:
        """Closing a connection ends a statement at some servers only."""
        try:
            if raw is not None:
                await self._driver.stop(raw)
        except Exception as error:
            log.warning("statement_not_stopped", backend=self.name, error=type(error).__name__)

    def _behind(self, task: asyncio.Task[None]) -> None:
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)
