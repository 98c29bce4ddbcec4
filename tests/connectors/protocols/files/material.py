"""A layout and files for it, a folder to take them from, and where the rows went."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.protocols.files.backend import FileBackend
from connectors.protocols.files.inbox import Inbox
from connectors.protocols.files.layouts.kinds import Number
from connectors.protocols.files.layouts.layout import Csv, Field, Layout, Record, Row
from connectors.protocols.files.ledger import Ledger
from connectors.protocols.files.options import FileOptions
from connectors.protocols.files.pickup import PickUp, Taken
from connectors.reach import Reach
from runtime.calls.http import Reply, Request

THINGS = Record("thing", (Field("name"), Field("price", Number())))
LAYOUT = Layout(Csv(), (THINGS,))
SCHEMA = "create table if not exists thing (name text, price text) strict;"


async def no_http(_request: Request, /, *, timeout: float) -> Reply:
    raise AssertionError(f"nobody calls by HTTP here, within {timeout} seconds or ever")


def reach(data_dir: Path) -> Reach:
    return Reach(no_http, data_dir=data_dir)


def files_at(options: dict[str, Any], data_dir: Path) -> FileBackend:
    return FileBackend("partner", FileOptions.model_validate(options), reach(data_dir))


def sink(connection: sqlite3.Connection, rows: Iterator[Row]) -> None:
    for row in rows:
        price = row.values["price"]
        assert isinstance(price, Decimal)
        connection.execute("insert into thing values (?, ?)", (row.values["name"], str(price)))


def delivered(data_dir: Path) -> list[tuple[str, str]]:
    """The rows, as another process sees them."""
    with sqlite3.connect(data_dir / "files.sqlite") as connection:
        found = connection.execute("select name, price from thing order by rowid").fetchall()
    connection.close()
    return found


class Partner:
    """Somebody's folder, and a pick-up on it."""

    def __init__(self, home: Path, options: dict[str, Any], data_dir: Path, **inbox: Any) -> None:
        self.home = home
        self.data_dir = data_dir
        self.files = files_at(options, data_dir)
        self.ledger = Ledger(data_dir / "files.sqlite", SCHEMA)
        self.inbox = Inbox(LAYOUT, inbox.pop("pattern", "*.csv"), **inbox)
        self.pick_up = PickUp(self.files, self.ledger, self.inbox, data_dir / "work")

    def drop(self, name: str, content: bytes | str) -> None:
        content = content.encode() if isinstance(content, str) else content
        (self.home / name).write_bytes(content)

    async def take(self) -> list[Taken]:
        return await self.pick_up.take(sink)

    def lying(self, place: str) -> list[str]:
        """What is in a folder, by the names it came with."""
        found = (self.home / place).iterdir() if (self.home / place).exists() else []
        return sorted(path.name.rpartition("~")[0] or path.name for path in found if path.is_file())

    def quarantined(self) -> str:
        found = list((self.data_dir / "work" / "quarantine").glob("*.jsonl"))
        return "".join(path.read_text() for path in found)

    async def aclose(self) -> None:
        await self.files.aclose()
        await self.ledger.aclose()
