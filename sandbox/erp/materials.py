"""The catalogue: what is sold, and what is not sold any more."""

import sqlite3

from sandbox.erp.soap import Tree
from sandbox.messages import Json
from sandbox.store import Row

PAGE = """
    SELECT *, mat_no IN (SELECT mat_no FROM discontinued) AS gone FROM materials
    WHERE mat_no > ? AND (instr(fold(mat_no), fold(?)) OR instr(fold(description), fold(?)))
    ORDER BY mat_no LIMIT ?
"""


def listing(db: sqlite3.Connection, asked: Tree, _now: str) -> Tree:
    asked = asked or {}  # an element without any is told as a text without any
    size, search = int(asked.get("PageSize", "20")), asked.get("Search", "")
    rows = db.execute(PAGE, (asked.get("After", ""), search, search, size + 1)).fetchall()
    materials = [_shape(row) for row in rows[:size]]
    return {"Materials": {"Material": materials}, "More": "Y" if len(rows) > size else "N"}


def _shape(row: Row) -> Tree:
    return {
        "MatNo": row["mat_no"],
        "Description": row["description"],
        "Active": "N" if row["gone"] else "Y",
        "Currency": row["currency"],
        "NetPrice": row["net_price"],
    }


def discontinue(db: sqlite3.Connection, order: Json) -> None:
    """`{"MatNo", "Active"}`: no longer sold (`"N"`), or sold again. ValueError for anything else."""
    match order:
        case {"MatNo": str(mat_no), "Active": "N"}:
            db.execute("INSERT OR IGNORE INTO discontinued VALUES (?)", (mat_no,))
        case {"MatNo": str(mat_no), "Active": "Y"}:
            db.execute("DELETE FROM discontinued WHERE mat_no = ?", (mat_no,))
        case _:
            raise ValueError('Send {"MatNo": …, "Active": "Y" or "N"}')


def state(db: sqlite3.Connection) -> dict[str, Json]:
    gone = db.execute("SELECT mat_no FROM discontinued ORDER BY mat_no")
    return {"discontinued": [row["mat_no"] for row in gone]}
