"""What the warehouse does at night, and what its people do by day."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sandbox.nightly import orders
from sandbox.nightly.records import number, record, zoned
from sandbox.seed import Seed
from sandbox.store import Row, open_store, transaction

SCHEMA = Path(__file__).with_name("schema.sql")
TOLD_FOR = 7 * 24 * 3600
OUTCOMES = {"ALLOCATED": "T", "SHIPPED": "S", "REFUSED": "R", "CANCELLED": "T"}


class Warehouse:
    """`home` is what its SFTP server shows; the books lie beside it."""

    def __init__(self, data: Path, seed: Seed) -> None:
        self.home = data / "nightly"
        for place in ("stock", "orders/taken", "orders/unread"):
            (self.home / place).mkdir(parents=True, exist_ok=True)
        self._db = open_store(data / "nightly.db", SCHEMA, fill, seed)

    def night(self, at: datetime | None = None) -> Path:
        """Take the orders, then write the stock file; its path."""
        at = at or datetime.now(UTC)
        with transaction(self._db):
            for path in sorted((self.home / "orders").glob("*.DAT")):
                self._take(path, at.timestamp())
            row = (at.timestamp(),)
            sequence = self._db.execute("INSERT INTO nights (at) VALUES (?)", row).lastrowid or 0
            content = self._stock_file(at, sequence)
        path = self.home / "stock" / f"STOCK{at:%Y%m%d}.DAT"
        unfinished = path.with_suffix(".DAT.part")
        unfinished.write_bytes(content)
        return unfinished.replace(path)

    def ship(self) -> None:
        """All that is allocated leaves the house."""
        with transaction(self._db):
            self._db.execute("UPDATE orders SET status = 'SHIPPED' WHERE status = 'ALLOCATED'")

    def count(self, article: str, pieces: int, status: str = "A") -> None:
        """Somebody went and looked."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE articles SET free = ?, status = ? WHERE article = ?",
                (pieces * 1000, status, article),
            )

    def free(self, article: str) -> int:
        """In pieces."""
        row = self._db.execute("SELECT free FROM articles WHERE article = ?", (article,))
        return int(row.fetchone()["free"]) // 1000

    def orders(self) -> dict[str, str]:
        """Status by number."""
        rows = self._db.execute("SELECT number, status FROM orders ORDER BY rowid")
        return {row["number"]: row["status"] for row in rows}

    def close(self) -> None:
        self._db.close()

    def _take(self, path: Path, now: float) -> None:
        try:
            orders.take(self._db, orders.read(path), now)
        except ValueError:
            path.rename(self.home / "orders/unread" / path.name)
        else:
            path.rename(self.home / "orders/taken" / path.name)

    def _stock_file(self, at: datetime, sequence: int) -> bytes:
        articles = self._db.execute("SELECT * FROM articles ORDER BY article").fetchall()
        since = (at.timestamp() - TOLD_FOR,)
        told = self._db.execute("SELECT * FROM orders WHERE touched_at > ? ORDER BY rowid", since)
        confirmed = [line for row in told for line in _confirmations(row)]
        total = sum(row["free"] for row in articles)
        return b"".join(
            (
                record(("H", 1), (f"{at:%Y%m%d%H%M%S}", 14), number(sequence, 6)),
                *(_article(row) for row in articles),
                *confirmed,
                record(
                    ("T", 1), number(len(articles), 9), number(len(confirmed), 9), zoned(total, 15)
                ),
            )
        )


def _article(row: Row) -> bytes:
    text = row["description"].encode("ascii", "replace").decode()
    return record(
        ("S", 1),
        (row["article"], 20),
        zoned(row["free"], 12),
        ("EA", 3),
        (row["status"], 1),
        (text, 30),
    )


def _confirmations(row: Row) -> list[bytes]:
    told = [record(("C", 1), (row["number"], 16), ("A", 1), (OUTCOMES[row["status"]], 1))]
    if row["cancel"] is not None:
        told.append(record(("C", 1), (row["number"], 16), ("X", 1), (row["cancel"], 1)))
    return told


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    for product in seed.products:
        row = (product["sku"], product["name"], product["stock"] * 1000)
        db.execute("INSERT INTO articles (article, description, free) VALUES (?, ?, ?)", row)
