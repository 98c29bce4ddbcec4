"""Legacy warehouses to connect to: the sandbox's tables in a database of each kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from sandbox.legacy_warehouse.create import create
from tests.connectors.databases import Database, database
from tests.connectors.vendors import Stand

OURS = {"locations": ["MAIN", "OVER"], "writable": True, "timeout_seconds": 30}
"""A disk that others write to may take seconds over a flush."""


@dataclass(frozen=True)
class House:
    database: Database

    @property
    def options(self) -> dict[str, Any]:
        return self.database.options | OURS

    @property
    def stand(self) -> Stand:
        return Stand("connectors.inventory.legacy_sql", self.options)

    @asynccontextmanager
    async def inside(self) -> AsyncIterator[AsyncConnection]:
        """One transaction beside the connector; SQLite's with the file's lock, which it has only."""
        async with self.database.engine.connect() as connection:
            if self.database.kind == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            await connection.commit()

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.inside() as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]


@asynccontextmanager
async def legacy_warehouse(kind: str, folder: Path) -> AsyncIterator[House]:
    async with database(kind, folder) as made:
        await create(made.engine)
        yield House(made)
