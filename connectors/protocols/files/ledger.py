"""What is remembered of files: an SQLite file that one process writes, durable at every commit.

Whoever takes rows in keeps its own tables in here, so that the rows of a file and the note that it
was delivered are one transaction.
"""

import sqlite3
from asyncio import Future
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from runtime.problems import Unavailable
from runtime.sqlite.file import connect
from runtime.sqlite.lock import FileLock
from runtime.sqlite.writer import Writer

T = TypeVar("T")

SCHEMA = """
create table if not exists claim (
    id text primary key,
    name text not null,
    at text not null
) strict;
create table if not exists delivered (
    sha256 text primary key,
    claim text not null,
    name text not null,
    rows integer not null,
    bad integer not null,
    at text not null
) strict;
"""


class Delivered(NamedTuple):
    sha256: str
    claim: str
    name: str
    rows: int
    bad: int
    at: str


class Ledger:
    """`schema` creates tables of the caller's own, if they are not there.

    Raises FileInUse where another process has it open.
    """

    def __init__(self, path: Path, schema: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undone_if_it_fails:
            self._lock = FileLock(path)
            undone_if_it_fails.callback(self._lock.release)
            self._connection = connect(path)
            undone_if_it_fails.callback(self._connection.close)
            self._connection.executescript(f"begin; {SCHEMA} {schema} commit;")
            self._reader = connect(path)
            undone_if_it_fails.pop_all()
        self._reader.execute("pragma query_only=on")
        self._writer = Writer(self._connection)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """What `work` returns, once all it did is on the disk; nothing of it if it raises."""
        return self._writer.write(work)

    def rows(self, sql: str, *values: str | int) -> list[Any]:
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise Unavailable("our ledger of files cannot be read", retry_after=5) from error

    def delivered(self, sha256: str) -> Delivered | None:
        """What was delivered with this content, under whatever name."""
        found = self.rows("select * from delivered where sha256 = ?", sha256)
        return Delivered(*found[0]) if found else None

    async def aclose(self) -> None:
        """Write what is pending, and let the next process in."""
        await self._writer.aclose()
        self._reader.close()
        self._connection.close()
        self._lock.release()


def note(connection: sqlite3.Connection, delivered: Delivered) -> None:
    connection.execute("insert into delivered values (?,?,?,?,?,?)", delivered)
