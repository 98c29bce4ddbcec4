"""Documents in a SQLite file: no lock but SQLite's own, so that processes beside each other share it."""

import sqlite3
from pathlib import Path

from runtime.documents.store import Change, T
from runtime.problems import Unavailable
from runtime.sqlite.file import connect, migrate
from runtime.sqlite.writer import Writer

MIGRATIONS = ("create table if not exists document (key text primary key, body text not null);",)
"""Processes may make the file together: each script has to bear being run twice."""

GET = "select body from document where key = ?"
PUT = "insert into document values (?, ?) on conflict (key) do update set body = excluded.body"


class FileDocuments:
    def __init__(self, path: Path) -> None:
        """Raises FileTooNew."""
        self._what = path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = connect(path)
        migrate(self._connection, path, MIGRATIONS)
        self._reader = connect(path)
        self._reader.execute("pragma query_only=on")
        self._writer = Writer(self._connection, what=self._what)

    async def get(self, key: str) -> str | None:
        try:
            row = self._reader.execute(GET, (key,)).fetchone()
        except sqlite3.OperationalError as error:
            raise Unavailable(f"{self._what} cannot be read: {error}", retry_after=5) from error
        return None if row is None else str(row[0])

    async def change(self, key: str, change: Change[T]) -> T:
        def work(connection: sqlite3.Connection) -> T:
            row = connection.execute(GET, (key,)).fetchone()
            body, told = change(None if row is None else row[0])
            connection.execute(PUT, (key, body))
            return told

        return await self._writer.write(work)

    async def aclose(self) -> None:
        """Write what is pending first."""
        await self._writer.aclose()
        self._reader.close()
        self._connection.close()
