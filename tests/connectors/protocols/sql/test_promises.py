"""What holds for any statement: read-only unless granted, in time, within its caps."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from connectors.protocols.sql.errors import Taken
from connectors.protocols.sql.statements import Query
from connectors.protocols.sql.transaction import Transaction
from connectors.protocols.sql.values import decimal
from runtime.context import Context, entered
from runtime.problems import Misconfigured, Rejected, Unavailable
from tests.connectors.databases import Database
from tests.connectors.protocols.sql.material import (
    ADD,
    ONE,
    SET,
    active,
    added,
    as_it_is,
    only_servers,
    quantity,
    reached,
)

SLEEP = {
    "postgresql": "SELECT pg_sleep(20)",
    "mariadb": "SELECT SLEEP(20)",
    "sqlite": "WITH RECURSIVE N(I) AS (SELECT 1 UNION ALL SELECT I + 1 FROM N)"
    " SELECT COUNT(*) FROM N WHERE I < 0",
}
LIMIT = {
    "postgresql": "SELECT CAST(setting AS NUMERIC) / 1000 AS A FROM pg_settings"
    " WHERE name = 'statement_timeout'",
    "mariadb": "SELECT @@max_statement_time AS A",
}
"""Seconds."""
READ_ONLY = {"postgresql": "25006", "mariadb": "1792", "sqlite": "SQLITE_READONLY"}
ERASING = Query("DELETE FROM {prefix}THING", as_it_is)


def setting(name: str, qty: Any) -> Any:
    async def work(transaction: Transaction) -> int:
        return await transaction.run(SET, id=name, qty=qty)

    return work


@asynccontextmanager
async def locked(things: Database, name: str) -> AsyncIterator[None]:
    """Somebody else has the row, in SQLite the file."""
    async with things.engine.connect() as connection:
        if things.kind == "sqlite":
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        await connection.execute(text("UPDATE THING SET QTY = 0 WHERE ID = :id"), {"id": name})
        yield
        await connection.rollback()


@contextmanager
def hurried(seconds: float) -> Iterator[None]:
    """A caller who has that much time left."""
    deadline = asyncio.get_running_loop().time() + seconds
    wiring: Any = None
    with entered(Context("system/inventory/v1", wiring, "r", "t", deadline)):
        yield


async def idle(things: Database) -> bool:
    """Before long; SQLite has no view of it, but a lock that others get."""
    if things.kind == "sqlite":
        return True
    for _ in range(40):
        if not await active(things):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_the_database_itself_refuses_a_change_by_what_only_reads(things: Database) -> None:
    async with reached(things) as backend:
        await added(backend, RO1=1)
        with capture_logs() as log, pytest.raises(Unavailable):
            await backend.fetch("erase", ERASING)
        assert decimal(await quantity(backend, "RO1")) == 1
    assert {(line["outcome"], line["code"]) for line in log} == {("full", READ_ONLY[things.kind])}


async def test_without_a_grant_nothing_is_written(things: Database) -> None:
    async with reached(things, writable=False) as backend:
        with pytest.raises(Misconfigured):
            await backend.transaction("set", setting("RO1", 2), repeatable=False)
        with pytest.raises(Unavailable):
            await backend.fetch("erase", ERASING)


async def test_a_problem_raised_inside_undoes_what_was_done(things: Database) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.run(SET, id="UN1", qty=9)
        raise Rejected("thought better of it")

    async with reached(things, max_connections=1) as backend:
        await added(backend, UN1=1)
        with pytest.raises(Rejected):
            await backend.transaction("set", work, repeatable=True)
        assert decimal(await quantity(backend, "UN1")) == 1


async def test_after_a_taken_key_the_transaction_goes_on(things: Database) -> None:
    async def work(transaction: Transaction) -> str:
        await transaction.run(SET, id="TK1", qty=3)
        try:
            async with transaction.savepoint():
                await transaction.run(ADD, id="TK1", qty=5, note=None)
        except Taken:
            return "taken"
        return "added"

    async with reached(things) as backend:
        await added(backend, TK1=1)
        assert await backend.transaction("add", work, repeatable=False) == "taken"
        assert decimal(await quantity(backend, "TK1")) == 3


async def test_a_slow_statement_ends_in_time_here_and_there(things: Database) -> None:
    slow = Query(SLEEP[things.kind], as_it_is)
    async with reached(things, timeout_seconds=0.4, max_connections=1) as backend:
        started = monotonic()
        with pytest.raises(Unavailable) as caught:
            await backend.fetch("sleep", slow)

        assert monotonic() - started < 10
        assert caught.value.slug == "no-answer"
        assert await idle(things)
        assert await backend.fetch("read", ONE, id="NOBODY") == []


@only_servers
async def test_the_server_knows_the_deadline_itself(things: Database) -> None:
    limit = Query(LIMIT[things.kind], as_it_is)
    async with reached(things, timeout_seconds=3) as backend:
        for seconds in (2, 1):
            with hurried(seconds):
                [row] = await backend.fetch("limit", limit)
            assert seconds - 1 < decimal(row["a"]) <= seconds


async def test_a_lock_that_is_never_ours_leaves_nothing_behind(things: Database) -> None:
    async with reached(things, timeout_seconds=0.5, max_connections=1) as backend:
        await added(backend, LK1=1)
        async with locked(things, "LK1"):
            started = monotonic()
            with pytest.raises(Unavailable):
                await backend.transaction("set", setting("LK1", 7), repeatable=True)
            assert monotonic() - started < 10
            assert await idle(things)

        assert decimal(await quantity(backend, "LK1")) == 1
        assert await backend.transaction("set", setting("LK1", 7), repeatable=True) == 1
        assert decimal(await quantity(backend, "LK1")) == 7


async def test_a_cancelled_call_leaves_nothing_behind(things: Database) -> None:
    async with reached(things, timeout_seconds=4, max_connections=1) as backend:
        await added(backend, CN1=1)
        async with locked(things, "CN1"):
            waiting = asyncio.create_task(
                backend.transaction("set", setting("CN1", 7), repeatable=True)
            )
            await asyncio.sleep(0.3)
            assert things.kind == "sqlite" or await active(things) == 1
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert await idle(things)

        assert decimal(await quantity(backend, "CN1")) == 1
        assert await backend.transaction("set", setting("CN1", 8), repeatable=True) == 1


async def test_all_connections_in_use_is_nothing_sent(things: Database) -> None:
    slow = Query(SLEEP[things.kind], as_it_is)
    async with reached(things, timeout_seconds=0.6, max_connections=1) as backend:
        first = asyncio.create_task(backend.fetch("sleep", slow))
        await asyncio.sleep(0.05)
        with hurried(0.2), pytest.raises(Unavailable) as caught:
            await backend.fetch("read", ONE, id="X")
        assert caught.value.slug == "unavailable"
        with pytest.raises(Unavailable):
            await first
