"""A database with one table to speak to, and the statements of a vendor that does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from connectors.protocols.sql.backend import SqlBackend
from connectors.protocols.sql.options import SqlOptions
from connectors.protocols.sql.statements import Change, Query, Row
from connectors.protocols.sql.transaction import Transaction
from connectors.reach import Reach
from runtime.calls.http import Reply, Request
from tests.connectors.databases import Database

TABLES = (
    "CREATE TABLE THING (ID CHAR(8) NOT NULL PRIMARY KEY, QTY NUMERIC(11,3), NOTE VARCHAR(200),"
    " CHECK (QTY >= 0))",
    "CREATE TABLE PART (ID CHAR(8) NOT NULL, FOREIGN KEY (ID) REFERENCES THING (ID))",
)
ACTIVE = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()",
    "mariadb": "SELECT count(*) FROM information_schema.processlist"
    " WHERE db = DATABASE() AND command = 'Query' AND id <> connection_id()",
}
"""How many statements of others run, by the server's own view."""


def as_it_is(row: Row) -> Row:
    return row


ONE = Query("SELECT * FROM {prefix}THING WHERE ID = :id", as_it_is, padded={"id": 8})
SOME = Query(
    "SELECT ID, NOTE FROM {prefix}THING WHERE ID IN :ids ORDER BY ID",
    as_it_is,
    many=("ids",),
    padded={"ids": 8},
)
BY_NOTE = Query("SELECT ID FROM {prefix}THING WHERE NOTE = :note", as_it_is)
ADD = Change("INSERT INTO {prefix}THING VALUES (:id, :qty, :note)", padded={"id": 8})
SET = Change("UPDATE {prefix}THING SET QTY = :qty WHERE ID = :id", padded={"id": 8})


async def nobody(_request: Request, /, *, timeout: float) -> Reply:
    raise AssertionError(f"a database is not reached by HTTP ({timeout})")


only_files = pytest.mark.parametrize("things", ["sqlite"], indirect=True)
only_servers = pytest.mark.parametrize("things", ["postgresql", "mariadb"], indirect=True)


@asynccontextmanager
async def reached(database: Database, /, **options: Any) -> AsyncIterator[SqlBackend]:
    merged = database.options | {"writable": True} | options
    backend = SqlBackend("the stock", SqlOptions.model_validate(merged), Reach(nobody))
    try:
        yield backend
    finally:
        await backend.aclose()


async def added(backend: SqlBackend, **things: Any) -> None:
    """A thing for each, with its quantity."""
    rows = [{"id": name, "qty": qty, "note": None} for name, qty in things.items()]

    async def work(transaction: Transaction) -> None:
        await transaction.run_all(ADD, rows)

    await backend.transaction("add", work, repeatable=False)


async def quantity(backend: SqlBackend, name: str) -> Any:
    [row] = await backend.fetch("read", ONE, id=name)
    return row["qty"]


async def active(database: Database) -> int:
    async with database.engine.connect() as connection:
        return int((await connection.execute(text(ACTIVE[database.kind]))).scalar_one())
