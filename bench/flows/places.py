"""Where a contender keeps what it remembers: a new file or database each time, gone afterwards."""

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]

POSTGRES = "postgresql://postgres@127.0.0.1:5432"
"""A server on which databases may be created."""


@contextmanager
def file() -> Iterator[str]:
    """In the temporary directory (TMPDIR), which has to be on a disk for a flush to cost anything."""
    with tempfile.TemporaryDirectory() as directory:
        yield str(Path(directory) / "flows.sqlite")


@contextmanager
def sqlite_url() -> Iterator[str]:
    with file() as path:
        yield f"sqlite:///{path}"


@contextmanager
def postgres_url() -> Iterator[str]:
    """Of a database that does not exist yet."""
    name = f"bench_flows_{secrets.token_hex(4)}"
    try:
        yield f"{POSTGRES}/{name}"
    finally:
        asyncio.run(_told(f'drop database if exists "{name}" with (force)'))


def why_no_postgres() -> str | None:
    try:
        asyncio.run(_told("select 1"))
    except (OSError, asyncpg.PostgresError) as error:
        return f"no PostgreSQL at {POSTGRES} ({error})"
    return None


async def _told(sql: str) -> None:
    connection = await asyncpg.connect(f"{POSTGRES}/postgres", timeout=5)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
