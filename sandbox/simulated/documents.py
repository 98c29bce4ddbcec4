"""What writes left behind: documents of a kind, each with the values it can be found by."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from sandbox.messages import Json
from sandbox.seed import Seed
from sandbox.store import one

SCHEMA = Path(__file__).with_name("schema.sql")

FIRST = 1001
"""Where the numbers begin that a backend gives by itself."""


def fill(_db: sqlite3.Connection, _seed: Seed) -> None:
    """Nothing is there before it is written."""


def next_number(db: sqlite3.Connection) -> int:
    row = one(db, "SELECT seq FROM sqlite_sequence WHERE name = 'documents'")
    return FIRST + (row["seq"] if row else 0)


def keep(db: sqlite3.Connection, kind: str, keys: Mapping[str, str], content: str) -> None:
    cursor = db.execute("INSERT INTO documents (kind, content) VALUES (?, ?)", (kind, content))
    rows = [(cursor.lastrowid, name, value) for name, value in keys.items()]
    db.executemany("INSERT INTO keys VALUES (?, ?, ?)", rows)


def find(db: sqlite3.Connection, kind: str, keys: Mapping[str, str]) -> list[str]:
    """The contents of those with all these keys, the newest first."""
    return [str(row["content"]) for row in _rows(db, kind, keys)]


def forget(db: sqlite3.Connection, kind: str, keys: Mapping[str, str]) -> bool:
    """Whether there was one."""
    rows = _rows(db, kind, keys)
    db.executemany("DELETE FROM documents WHERE no = ?", [(row["no"],) for row in rows])
    return bool(rows)


def _rows(db: sqlite3.Connection, kind: str, keys: Mapping[str, str]) -> list[sqlite3.Row]:
    having = "AND EXISTS (SELECT 1 FROM keys WHERE document = no AND name = ? AND value = ?) "
    # S608: the statement is ours, the values are bound.
    statement = f"SELECT * FROM documents WHERE kind = ? {having * len(keys)}ORDER BY no DESC"  # noqa: S608
    pairs = [text for pair in keys.items() for text in pair]
    return db.execute(statement, [kind, *pairs]).fetchall()


def state(db: sqlite3.Connection) -> Json:
    documents = db.execute("SELECT kind, content FROM documents ORDER BY no")
    return {"documents": [dict(row) for row in documents]}
