"""One SQLite file per backend: opened, seeded once, changed only inside `transaction`."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.seed import Seed

Row = sqlite3.Row
Filler = Callable[[sqlite3.Connection, Seed], None]


def open_store(file: Path, schema: Path, fill: Filler, seed: Seed) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None)
    db.row_factory = Row
    # NORMAL: a killed process loses nothing; only a power cut may lose the last transactions.
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == 0:
        try:
            _create(db, schema.read_text(encoding="utf-8"), partial(fill, db, seed))
        except BaseException:
            db.close()
            raise
    return db


def _create(db: sqlite3.Connection, schema: str, fill: Callable[[], None]) -> None:
    """Schema, seed and version in one transaction: killed half-way, it starts over."""
    db.executescript(f"BEGIN IMMEDIATE; {schema}")
    fill()
    db.execute("PRAGMA user_version=1")
    db.execute("COMMIT")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def one(db: sqlite3.Connection, statement: str, *values: Any) -> Row | None:
    row: Row | None = db.execute(statement, values).fetchone()
    return row
