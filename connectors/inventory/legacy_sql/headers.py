"""Allocations as they are in the tables: a header, and lines that each draw on places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

from connectors.inventory.legacy_sql.draws import draw
from connectors.inventory.legacy_sql.stamps import meant
from connectors.inventory.legacy_sql.stock import WIDTHS
from connectors.protocols.sql.statements import Change, Query, Row
from connectors.protocols.sql.values import text, whole

Status = Literal["held", "committed", "expired", "released"]
STATUS: Mapping[str, Status] = {
    "O": "held",
    "C": "committed",
    "P": "committed",
    "S": "committed",
    "R": "released",
}
OPEN, CONFIRMED, RELEASED = "O", "C", "R"
GONE = frozenset({"P", "S"})
"""On a cart, or out of the house (quirk 9)."""


@dataclass(frozen=True, slots=True)
class Header:
    ref: str
    letter: str
    valid_to: int

    def until(self, zone: tzinfo) -> datetime:
        return meant(self.valid_to, zone)

    def status(self, now: datetime, zone: tzinfo) -> Status:
        over = self.letter == OPEN and self.until(zone) <= now
        return "expired" if over else STATUS[self.letter]


def _header(row: Row) -> Header:
    letter, valid_to = text(row["status_cd"]), whole(row["valid_to"])
    # Looked up and read for what they would trip over, while that still is a bad answer.
    STATUS[letter], meant(valid_to, UTC)
    return Header(text(row["ext_ref"]), letter, valid_to)


READ = Query(
    "SELECT EXT_REF, STATUS_CD, VALID_TO FROM {prefix}ALLOCHDR"
    " WHERE SRC_SYS = :source AND EXT_REF = :ref",
    _header,
)
READ_TO_CHANGE = Query(READ.text, _header, locks=True)
READ_LINES = Query(
    "SELECT LINE_NO, LOC_CD, ITEM_NO, QTY FROM {prefix}ALLOCLIN"
    " WHERE SRC_SYS = :source AND EXT_REF = :ref ORDER BY LINE_NO, LOC_CD",
    draw,
)
ADD = Change(
    "INSERT INTO {prefix}ALLOCHDR (SRC_SYS, EXT_REF, STATUS_CD, VALID_TO, LAST_UPD)"
    " VALUES (:source, :ref, :letter, :valid_to, :now)"
)
TURN = Change(
    "UPDATE {prefix}ALLOCHDR SET STATUS_CD = :letter, VALID_TO = :valid_to, LAST_UPD = :now"
    " WHERE SRC_SYS = :source AND EXT_REF = :ref"
)
ADD_LINE = Change(
    "INSERT INTO {prefix}ALLOCLIN (SRC_SYS, EXT_REF, LINE_NO, LOC_CD, ITEM_NO, QTY)"
    " VALUES (:source, :ref, :line, :place, :item, :qty)",
    padded={"item": WIDTHS["items"], "place": WIDTHS["places"]},
)
CLEAR_LINES = Change("DELETE FROM {prefix}ALLOCLIN WHERE SRC_SYS = :source AND EXT_REF = :ref")
