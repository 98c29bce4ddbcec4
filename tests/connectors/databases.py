"""Databases of each kind, each made for the tests that ask and gone afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.services import needs

KINDS = ("postgresql", "mariadb", "sqlite")
SERVERS = {
    "postgresql": ("postgresql", "postgresql+asyncpg", "postgres", "postgres"),
    "mariadb": ("mysql", "mysql+aiomysql", "root", "test"),
}
"""Our word for the driver, SQLAlchemy's, a user, and a database that is there."""
DROP = {"postgresql": "DROP DATABASE {} WITH (FORCE)", "mariadb": "DROP DATABASE {}"}


@dataclass(frozen=True)
class Database:
    """How a connector reaches it, and a way in beside it that is no connector's."""

    kind: str
    options: dict[str, Any]
    engine: AsyncEngine

    @property
    def lock(self) -> str:
        """What a SELECT ends with that locks its rows."""
        return "" if self.kind == "sqlite" else " FOR UPDATE"


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[Database]:
    """Empty. Skips where there is no such server."""
    made = _file(folder) if kind == "sqlite" else _served(kind)
    async with made as (options, url):
        engine = create_async_engine(url)
        try:
            yield Database(kind, options, engine)
        finally:
            await engine.dispose()


@asynccontextmanager
async def _file(folder: Path) -> AsyncIterator[tuple[dict[str, Any], URL]]:
    path = folder / f"{uuid4().hex}.db"
    path.touch()
    url = URL.create("sqlite+aiosqlite", database=str(path))
    yield {"driver": "sqlite", "database": str(path)}, url


@asynccontextmanager
async def _served(kind: str) -> AsyncIterator[tuple[dict[str, Any], URL]]:
    driver, dialect, user, first = SERVERS[kind]
    host, port = needs(kind)
    name = f"strata_test_{uuid4().hex[:12]}"
    url = URL.create(dialect, username=user, host=host, port=port, database=first)
    server = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with server.connect() as connection:
            await connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            options = {"driver": driver, "database": name, "host": host, "port": port}
            access = {"user": user, "password": "", "tls": False}
            yield options | access, url.set(database=name)
        finally:
            async with server.connect() as connection:
                await connection.exec_driver_sql(DROP[kind].format(name))
    finally:
        await server.dispose()
