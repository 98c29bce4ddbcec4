"""A night's file taken in: what is there, and which of our orders it has taken into account."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import structlog

from connectors.inventory.nightly_file import book
from connectors.inventory.nightly_file.holds import REFUSED, Hold
from connectors.protocols.files.layouts.faults import Unfit
from connectors.protocols.files.layouts.kinds import Value
from connectors.protocols.files.layouts.layout import Row
from connectors.protocols.files.ledger import Ledger

log = structlog.get_logger()

Values = Mapping[str, Value]


class Stock:
    """`zone` is where the warehouse's clock hangs, `unit` what it calls a piece."""

    def __init__(self, ledger: Ledger, zone: ZoneInfo, unit: str) -> None:
        self._ledger = ledger
        self._zone = zone
        self._unit = unit

    def made_at(self) -> datetime | None:
        """As of when the stock is; None when there never was a file."""
        found = self._ledger.rows("select made_at from night")
        return datetime.fromtimestamp(found[0][0], UTC) if found else None

    def age(self, now: datetime) -> timedelta | None:
        made_at = self.made_at()
        return None if made_at is None else now - made_at

    def take_in(self, c: sqlite3.Connection, rows: Iterator[Row]) -> None:
        """A file older than the last is left at that: what it says is no longer so."""
        night = self._night(next(rows).values)
        if night <= _last(c):
            log.warning("older_stock_file", made_at=_told(night[0]))
            return
        c.execute("delete from article")
        articles = sum(self._take_row(c, row) for row in rows)
        if not articles:
            raise Unfit("it has no articles")  # quirk 6
        c.execute("insert or replace into night values (1, ?, ?)", night)
        log.info("stock_as_of", made_at=_told(night[0]), articles=articles)

    def _night(self, header: Values) -> tuple[int, int]:
        made_at, sequence = header["made_at"], header["sequence"]
        if not isinstance(made_at, datetime) or not isinstance(sequence, int):
            raise Unfit("its header has no moment")
        return int(made_at.replace(tzinfo=self._zone).timestamp()), sequence

    def _take_row(self, c: sqlite3.Connection, row: Row) -> int:
        """How many articles it is."""
        if row.record == "confirmation":
            _confirm(c, row.values)
        if row.record != "article" or row.values["unit"] != self._unit:  # quirk 3
            return 0
        pieces = 0 if row.values["is_blocked"] else _whole(row.values["quantity"])
        try:
            c.execute("insert into article values (?, ?)", (row.values["sku"], pieces))
        except sqlite3.IntegrityError as error:
            raise Unfit("an article comes twice") from error
        return 1


def _told(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _last(c: sqlite3.Connection) -> tuple[int, int]:
    found = c.execute("select made_at, sequence from night").fetchone()
    return tuple(found) if found else (0, 0)


def _whole(quantity: Value) -> int:
    return int(quantity) if isinstance(quantity, Decimal) else 0


def _confirm(c: sqlite3.Connection, told: Values) -> None:
    """Told for several nights: only the first time changes anything."""
    found = c.execute("select * from hold where number = ?", (told["number"],)).fetchone()
    if found is None:
        log.warning("unknown_order_confirmed", number=told["number"])
        return
    hold, outcome = Hold(*found), str(told["outcome"])
    if outcome == (hold.order_told if told["is_order"] else hold.cancel_told):
        return
    if told["is_order"]:
        hold.order_told = outcome
    else:
        hold.cancel_told = outcome
    book.write(c, hold)
    if outcome == REFUSED:  # quirk 7
        log.error("order_refused", reservation=hold.id, cancellation=not told["is_order"])
