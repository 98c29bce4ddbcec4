"""What a vendor's file does inside one transaction."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.protocols.sql.answers import Caps, rows_of
from connectors.protocols.sql.errors import speaking
from connectors.protocols.sql.statements import Change, Query, Statement
from runtime.problems import Problem, garbage

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from connectors.protocols.sql.drivers.driver import Driver

T = TypeVar("T")


class Transaction:
    def __init__(self, who: str, connection: "AsyncConnection", driver: "Driver") -> None:
        self._who = who
        self._connection = connection
        self._driver = driver
        self._caps = Caps(rows=driver.options.max_rows)

    async def fetch(self, query: Query[T], **values: Any) -> list[T]:
        """Every row, read; one too many is a bad answer."""
        clause, bound = self._driver.clause(query), self._driver.bound(query, values)
        with speaking(self._who):
            rows = await rows_of(self._connection, clause, bound, self._caps)
        return self.read(lambda: [query.reads(row) for row in rows])

    def read(self, reader: Callable[[], T]) -> T:
        """What is made of rows; what that trips over makes them a bad answer."""
        try:
            return reader()
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise garbage(self._who, "the answer cannot be understood") from error

    async def run(self, change: Change, **values: Any) -> int:
        """The number of rows it met. Raises Taken for a key that there is already."""
        return await self._execute(change, self._driver.bound(change, values))

    async def run_all(self, change: Change, rows: Sequence[Mapping[str, Any]]) -> None:
        """The change once for each row of values."""
        if rows:
            await self._execute(change, [self._driver.bound(change, values) for values in rows])

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A problem raised inside undoes what was done inside: catch Taken around it, and go on."""
        with speaking(self._who):
            point = await self._connection.begin_nested()
        try:
            yield
        except Problem:  # after anything else there is no going on
            with speaking(self._who):
                await point.rollback()
            raise
        with speaking(self._who):
            await point.commit()

    async def _execute(self, change: Statement, bound: Any) -> int:
        with speaking(self._who):
            result = await self._connection.execute(self._driver.clause(change), bound)
            return int(result.rowcount)
