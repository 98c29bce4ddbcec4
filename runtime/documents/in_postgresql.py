"""Documents in PostgreSQL: no lock is held, whoever was slower changes it again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types

from runtime.documents.store import Change, T
from runtime.postgresql.failures import OUT_OF_ORDER
from runtime.postgresql.schema import migrate
from runtime.problems import Unavailable

CONNECTIONS = 4

GET = "select version, body from strata.document where collection = $1 and key = $2"
ADD = "insert into strata.document values ($1, $2, 1, $3) on conflict (collection, key) do nothing"
CHANGE = """
    update strata.document set body = $3, version = version + 1
    where collection = $1 and key = $2 and version = $4
"""


class PostgresqlDocuments:
    def __init__(self, pool: asyncpg.Pool, collection: str) -> None:
        self._pool = pool
        self._collection = collection

    async def get(self, key: str) -> str | None:
        async with self._connection() as connection:
            found = await connection.fetchrow(GET, self._collection, key)
        return None if found is None else str(found["body"])

    async def change(self, key: str, change: Change[T]) -> T:
        async with self._connection() as connection:
            while True:
                found = await connection.fetchrow(GET, self._collection, key)
                body, told = change(None if found is None else found["body"])
                values = (self._collection, key, body)
                if found is None:
                    done = await connection.execute(ADD, *values)
                else:
                    done = await connection.execute(CHANGE, *values, found["version"])
                if done in {"INSERT 0 1", "UPDATE 1"}:
                    return told

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire() as connection:
                yield connection
        except OUT_OF_ORDER as error:
            raise Unavailable(
                f"the database of {self._collection} is out of order: {type(error).__name__}",
                retry_after=5,
            ) from error


@asynccontextmanager
async def opened(url: str, collection: str) -> AsyncIterator[PostgresqlDocuments]:
    """Raises what asyncpg does when PostgreSQL cannot be reached, and DatabaseTooNew."""
    async with asyncpg.create_pool(
        url,
        min_size=1,
        max_size=CONNECTIONS,
        command_timeout=10,
        server_settings={"timezone": "UTC", "application_name": f"strata {collection}"},
    ) as pool:
        async with pool.acquire() as connection:
            await migrate(connection)
        yield PostgresqlDocuments(pool, collection)
