"""SQLite by aiosqlite: a thread for each connection, and a file that is there or is not.

A call that is given up is interrupted. One that waits for the file's lock cannot be: its thread
waits on for as long as the call had left, then closes the connection, and nothing is changed.
"""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from connectors.protocols.sql.drivers.driver import Driver

BEGIN = {True: "BEGIN IMMEDIATE", False: "BEGIN"}
"""Who means to write takes the lock at once: two that read first could only wait for each other."""
READ_ONLY = {True: "PRAGMA query_only=OFF", False: "PRAGMA query_only=ON"}


class Sqlite(Driver):
    locking = ""

    def _engine(self) -> AsyncEngine:
        mode = "rw" if self.options.writable else "ro"  # neither makes a file that is not there
        path = quote(str(Path(self.options.database).absolute()))
        query = {"mode": mode, "uri": "true"}
        url = URL.create("sqlite+aiosqlite", database=f"file:{path}", query=query)
        engine = self._pool(url)
        event.listen(engine.sync_engine, "connect", _prepare)
        return engine

    async def begin(self, connection: AsyncConnection, seconds: float, *, writes: bool) -> None:
        milliseconds = max(1, int(seconds * 1000))
        await connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds:d}")
        await connection.exec_driver_sql(READ_ONLY[writes])
        await connection.exec_driver_sql(BEGIN[writes])

    async def stop(self, raw: Any) -> None:
        with suppress(ValueError):  # it is closed, so nothing runs
            await raw.interrupt()

    def cell(self, value: Any) -> Any:
        return str(value) if isinstance(value, Decimal) else value


def _prepare(connection: Any, _record: Any) -> None:
    """Transactions are ours to begin, as Python's sqlite3 would begin them only at a change."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
