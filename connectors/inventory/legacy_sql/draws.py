"""What the lines of a reservation draw on: each takes from one place after the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from connectors.inventory.legacy_sql.stock import Article
from connectors.protocols.sql.statements import Row
from connectors.protocols.sql.values import text, whole
from contracts.models.canonical import OrderLine


@dataclass(frozen=True, slots=True)
class Draw:
    """What a line takes from a place; lines count from 1."""

    line: int
    place: str
    sku: str
    quantity: int

    def values(self) -> dict[str, Any]:
        return {"line": self.line, "place": self.place, "item": self.sku, "qty": self.quantity}


def draw(row: Row) -> Draw:
    place, sku = text(row["loc_cd"]), text(row["item_no"])
    return Draw(whole(row["line_no"]), place, sku, whole(row["qty"]))


def drawn(lines: Sequence[OrderLine], articles: Mapping[str, Article]) -> list[Draw]:
    """Where the lines are taken from. There has to be enough."""
    left = {sku: dict(article.free) for sku, article in articles.items()}
    draws = []
    for number, line in enumerate(lines, start=1):
        missing = line.quantity
        for place, free in left[line.sku].items():
            if taken := min(missing, free):
                draws.append(Draw(number, place, line.sku, taken))
                left[line.sku][place] -= taken
                missing -= taken
    return draws


def lines_of(draws: Iterable[Draw]) -> list[OrderLine]:
    """The lines as they were asked for; `draws` are in the order of their lines."""
    lines = groupby(draws, attrgetter("line", "sku"))
    return [
        OrderLine(sku=sku, quantity=sum(part.quantity for part in parts))
        for (_, sku), parts in lines
    ]
