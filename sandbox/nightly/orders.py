"""Order files, read once: an order number counts once, whatever its file is called the next time."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sandbox.nightly.records import records, unzoned
from sandbox.store import one


@dataclass(frozen=True, slots=True)
class OrderFile:
    number: str
    action: str
    lines: list[tuple[str, int]]


def read(path: Path) -> OrderFile:
    """Raises ValueError where the trailer does not fit."""
    head, *body, trailer = records(path.read_bytes())
    lines = [(line[1:21].rstrip(), unzoned(line[21:33])) for line in body]
    if trailer[0] != "T" or int(trailer[1:10]) != len(lines):
        raise ValueError("not whole")
    if unzoned(trailer[10:25]) != sum(quantity for _, quantity in lines):
        raise ValueError("the sum does not fit")
    return OrderFile(head[1:17].rstrip(), head[17], lines)


def take(db: sqlite3.Connection, order: OrderFile, now: float) -> None:
    known = one(db, "SELECT status FROM orders WHERE number = ?", order.number)
    if order.action == "X":
        _cancel(db, order, None if known is None else known["status"], now)
    elif known is None:
        _allocate(db, order, now)
    else:
        db.execute("UPDATE orders SET touched_at = ? WHERE number = ?", (now, order.number))


def _allocate(db: sqlite3.Connection, order: OrderFile, now: float) -> None:
    short = any(
        one(db, "SELECT 1 FROM articles WHERE article = ? AND free >= ?", article, quantity) is None
        for article, quantity in order.lines
    )
    status = "REFUSED" if short else "ALLOCATED"
    db.execute("INSERT INTO orders VALUES (?, ?, NULL, ?)", (order.number, status, now))
    for article, quantity in order.lines:
        row = (order.number, article, quantity)
        db.execute("INSERT INTO order_lines VALUES (?, ?, ?)", row)
    if not short:
        _move(db, order.number, -1)


def _cancel(db: sqlite3.Connection, order: OrderFile, status: str | None, now: float) -> None:
    """Also before the order came: then it is dead for good."""
    if status == "ALLOCATED":
        _move(db, order.number, 1)
    outcome = "R" if status == "SHIPPED" else "T"
    db.execute(
        "INSERT INTO orders VALUES (?, 'CANCELLED', ?, ?) ON CONFLICT (number) DO UPDATE SET"
        " status = iif(excluded.cancel = 'R', status, 'CANCELLED'),"
        " cancel = excluded.cancel, touched_at = excluded.touched_at",
        (order.number, outcome, now),
    )


def _move(db: sqlite3.Connection, number: str, sign: int) -> None:
    db.execute(
        "UPDATE articles SET free = free + ? * (SELECT sum(quantity) FROM order_lines l"
        " WHERE l.number = ? AND l.article = articles.article)"
        " WHERE article IN (SELECT article FROM order_lines WHERE number = ?)",
        (sign, number, number),
    )
