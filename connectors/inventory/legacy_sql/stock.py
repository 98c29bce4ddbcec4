"""What lies where, and how much of it can be promised."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Literal

from connectors.inventory.legacy_sql.stamps import surely_over
from connectors.protocols.sql.statements import Query, Row
from connectors.protocols.sql.values import decimal, text

ITEM_WIDTH = 18
WIDTHS = {"items": ITEM_WIDTH, "places": 4}

Status = Literal["active", "blocked", "deleted"]
STATUS: dict[str, Status] = {"A": "active", "B": "blocked", "X": "deleted"}


@dataclass(frozen=True, slots=True)
class Level:
    """Of an article at a place, or of one that lies nowhere we may promise from."""

    sku: str
    status: Status
    unit: str
    place: str | None
    free: Decimal


def _level(row: Row) -> Level:
    sku, status, unit = (text(row[name]) for name in ("item_no", "status_cd", "uom"))
    if row["loc_cd"] is None:
        return Level(sku, STATUS[status], unit, None, Decimal(0))
    free = decimal(row["on_hand"]) - decimal(row["picked"]) - decimal(row["promised"])
    return Level(sku, STATUS[status], unit, text(row["loc_cd"]), free)


LOCK = Query(
    "SELECT ITEM_NO, LOC_CD FROM {prefix}STOCKBAL"
    " WHERE ITEM_NO IN :items AND LOC_CD IN :places ORDER BY ITEM_NO, LOC_CD",
    lambda row: text(row["item_no"]),
    many=("items", "places"),
    padded=WIDTHS,
    locks=True,
)
LEVELS = Query(
    "SELECT I.ITEM_NO, I.STATUS_CD, I.UOM, B.LOC_CD, B.ON_HAND, B.PICKED, ("
    "  SELECT COALESCE(SUM(L.QTY), 0) FROM {prefix}ALLOCLIN L JOIN {prefix}ALLOCHDR H"
    "  ON H.SRC_SYS = L.SRC_SYS AND H.EXT_REF = L.EXT_REF"
    "  WHERE L.ITEM_NO = B.ITEM_NO AND L.LOC_CD = B.LOC_CD"
    "  AND (H.STATUS_CD = 'C' OR (H.STATUS_CD = 'O' AND H.VALID_TO > :over))"
    " ) AS PROMISED"
    " FROM {prefix}ITEMMAST I"
    " LEFT JOIN {prefix}STOCKBAL B ON B.ITEM_NO = I.ITEM_NO AND B.LOC_CD IN :places"
    " WHERE I.ITEM_NO IN :items",
    _level,
    many=("items", "places"),
    padded=WIDTHS,
)


@dataclass(frozen=True, slots=True)
class Article:
    free: dict[str, int] = field(default_factory=dict)
    """Whole pieces by place, in the order they are to be used."""

    @property
    def available(self) -> int:
        return sum(self.free.values())


@dataclass(frozen=True, slots=True)
class Shelves:
    """What of the warehouse is ours to promise (quirks 6 and 8)."""

    places: Sequence[str]
    unit: str
    zone: tzinfo

    def rows(self, skus: Iterable[str]) -> dict[str, Any]:
        """The values LOCK asks for. What is too long for ITEM_NO is no article's."""
        askable = sorted({sku for sku in skus if len(sku) <= ITEM_WIDTH})
        return {"items": askable, "places": self.places}

    def asked(self, skus: Iterable[str], now: datetime) -> dict[str, Any]:
        """The values LEVELS asks for."""
        return self.rows(skus) | {"over": surely_over(now, self.zone)}

    def articles(self, levels: Collection[Level]) -> dict[str, Article]:
        """By number, those there are."""
        known = {
            level.sku: Article()
            for level in levels
            if level.unit == self.unit and level.status != "deleted"
        }
        found = {(level.sku, level.place): level for level in levels if level.status == "active"}
        for sku, article in known.items():
            for place in self.places:
                if level := found.get((sku, place)):
                    article.free[place] = _whole(level.free)
        return known


def _whole(free: Decimal) -> int:
    # Another program may have taken more than there is: nothing to promise, no reason to fail.
    return max(0, int(free.to_integral_value(ROUND_FLOOR)))
