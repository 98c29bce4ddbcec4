"""What was last heard of all stock, each product with the number of its latest change.

A file of ours in SQLite, and not a token that carries everything: a digest of what was told would grow
with the catalogue, past what fits a URL at a few hundred products. The file has a random `epoch`, so a
token of another one (lost, restored, another machine's) is known for what it is.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from runtime.sqlite.file import connect, migrate
from runtime.sqlite.lock import FileLock
from runtime.sqlite.writer import Writer

MIGRATIONS = (
    """
    create table feed (
        epoch text not null, last integer not null, floor integer not null, as_of text not null
    );
    create table products (
        sku text primary key,
        available integer, -- null: removed
        change integer not null unique,
        changed_at text not null
    );
    """,
)

BEGIN = """
    insert into feed select ?, 0, 0, '1970-01-01T00:00:00+00:00'
    where not exists (select 1 from feed)
"""

REMEMBERED = timedelta(days=30)
"""How long a removed product is told of; who stays away for longer starts over."""

CHANGES = """
    select sku, available, change from products
    where change > ? and (available is not null or change > ?) order by change limit ?
"""
CHANGED = """
    insert into products values (?, ?, ?, ?) on conflict (sku) do update
    set available = excluded.available, change = excluded.change, changed_at = excluded.changed_at
"""


class Feed(NamedTuple):
    epoch: str
    last: int
    """The number of the latest change."""
    floor: int
    """Of the latest removal that is forgotten: who knows less cannot be told of it."""
    as_of: datetime


class Change(NamedTuple):
    sku: str
    available: int | None
    change: int


class Snapshot:
    def __init__(self, path: Path) -> None:
        """Raises FileInUse or FileTooNew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undone_if_it_fails:
            self._lock = FileLock(path)
            undone_if_it_fails.callback(self._lock.release)
            self._connection = connect(path)
            undone_if_it_fails.callback(self._connection.close)
            migrate(self._connection, path, MIGRATIONS)
            self._connection.execute(BEGIN, (uuid4().hex,))
            undone_if_it_fails.pop_all()
        self._writer = Writer(self._connection)

    async def feed(self) -> Feed:
        return await self._writer.write(_feed)

    async def changes(self, position: int, start: int, limit: int) -> list[Change]:
        """After `position`, in their order; removals only after `start`."""
        values = (position, start, limit)
        return await self._writer.write(
            lambda db: [Change(*row) for row in db.execute(CHANGES, values)]
        )

    async def hear(self, stock: Mapping[str, int], as_of: datetime) -> None:
        """All there is to be bought by now: what differs from before is a change."""
        await self._writer.write(lambda db: _hear(db, stock, as_of))

    async def aclose(self) -> None:
        await self._writer.aclose()
        self._connection.close()
        self._lock.release()


def _feed(db: sqlite3.Connection) -> Feed:
    epoch, last, floor, as_of = db.execute("select epoch, last, floor, as_of from feed").fetchone()
    return Feed(epoch, last, floor, datetime.fromisoformat(as_of))


def _hear(db: sqlite3.Connection, stock: Mapping[str, int], as_of: datetime) -> None:
    last = _feed(db).last
    moment = as_of.isoformat()
    changes = _differences(dict(db.execute("select sku, available from products")), stock)
    rows = [(sku, now, last + n, moment) for n, (sku, now) in enumerate(changes, 1)]
    db.executemany(CHANGED, rows)
    db.execute("update feed set last = ?, as_of = ?", (last + len(rows), moment))
    _forget(db, as_of - REMEMBERED)


def _differences(
    held: Mapping[str, int | None], stock: Mapping[str, int]
) -> Sequence[tuple[str, int | None]]:
    changed = [(sku, now) for sku, now in stock.items() if held.get(sku) != now]
    gone = [(sku, None) for sku, now in held.items() if now is not None and sku not in stock]
    return [*changed, *gone]


def _forget(db: sqlite3.Connection, before: datetime) -> None:
    old = "from products where available is null and changed_at < ?"
    values = (before.isoformat(),)
    (floor,) = db.execute(f"select max(change) {old}", values).fetchone()
    if floor is not None:
        db.execute(f"delete {old}", values)
        db.execute("update feed set floor = max(floor, ?)", (floor,))
