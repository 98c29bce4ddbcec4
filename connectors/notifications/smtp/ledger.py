"""What was tried and what a relay accepted, by our id: one SQLite file, and nothing personal in it.

Opened anew for each look: letters are rare, and several processes may share the file.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from runtime.problems import Unavailable

T = TypeVar("T")

Status = Literal["unknown", "accepted", "refused"]

SCHEMA = """
    create table if not exists message (
        id text primary key,
        digest text not null, -- of the content
        reference text not null,
        status text not null,
        first_tried_at text not null,
        accepted_at text
    ) strict
"""


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    digest: str
    reference: str
    """The Message-ID, without its angle brackets."""
    status: Status
    first_tried_at: datetime
    accepted_at: datetime | None = None


class Ledger:
    def __init__(self, path: Path, keep_days: int) -> None:
        self._path = path
        self._keep = timedelta(keep_days)

    async def begun(self, new: Entry) -> Entry:
        """The entry there is, or else `new`; unless it is accepted, or another's, it is unknown now."""
        return await self._work(lambda db: self._begun(db, new))

    async def find(self, id: str) -> Entry | None:
        return await self._work(lambda db: _find(db, id))

    async def note(self, entry: Entry) -> None:
        await self._work(lambda db: _put(db, entry))

    def _begun(self, db: sqlite3.Connection, new: Entry) -> Entry:
        oldest = (new.first_tried_at - self._keep).isoformat()
        db.execute("delete from message where first_tried_at < ?", (oldest,))
        found = _find(db, new.id)
        if found is None:
            _put(db, new)
        elif found.digest == new.digest and found.status == "refused":
            db.execute("update message set status = 'unknown' where id = ?", (new.id,))
        return _find(db, new.id) or new

    async def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Raises Unavailable: without the ledger nothing is sent."""

        def inside() -> T:
            with self._opened() as db:
                return work(db)

        try:
            return await asyncio.to_thread(inside)
        except (sqlite3.Error, OSError) as error:
            raise Unavailable(
                "the ledger of what was sent cannot be used", retry_after=5
            ) from error

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Its commit is on the disk, which SQLite sees to unless told otherwise."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, isolation_level=None)) as db:
            db.execute("begin immediate")
            db.execute(SCHEMA)
            yield db
            db.execute("commit")


def _find(db: sqlite3.Connection, id: str) -> Entry | None:
    row = db.execute("select * from message where id = ?", (id,)).fetchone()
    if row is None:
        return None
    id, digest, reference, status, tried, accepted = row
    accepted_at = datetime.fromisoformat(accepted) if accepted else None
    return Entry(id, digest, reference, status, datetime.fromisoformat(tried), accepted_at)


def _put(db: sqlite3.Connection, entry: Entry) -> None:
    *said, tried, accepted = astuple(entry)
    row = (*said, tried.isoformat(), accepted.isoformat() if accepted else None)
    db.execute("insert or replace into message values (?, ?, ?, ?, ?, ?)", row)
