"""Why a reservation is not made or not moved, each pointing at what is to be changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.inventory.tryton.shipments import Hold, wanted
from connectors.inventory.tryton.stock import Article
from contracts.models.canonical import OrderLine
from runtime.problems import Rejected, at


def refuse_over(hold: Hold, now: datetime) -> None:
    if (status := hold.status(now)) in ("released", "expired"):
        raise Rejected(f"the reservation is {status}", kind=status, status=409)


def refuse_other_lines(hold: Hold, lines: Sequence[OrderLine]) -> None:
    if wanted(hold.lines) != wanted(lines):
        raise Rejected("something else is held under this id", kind="conflict", status=409)


def refuse_unknown(lines: Sequence[OrderLine], articles: Mapping[str, Article]) -> None:
    errors = [
        at(f"/lines/{place}/sku", "no such product")
        for place, line in enumerate(lines)
        if line.sku not in articles
    ]
    if errors:
        raise Rejected(kind="unknown-sku", title="There is no such product", errors=errors)


def short(lines: Sequence[OrderLine], available: Mapping[str, int]) -> list[dict[str, str]]:
    """Every line of a product of which all lines together want more than there is."""
    needed = wanted(lines)
    return [
        at(f"/lines/{place}/quantity", f"{available.get(line.sku, 0)} available")
        for place, line in enumerate(lines)
        if needed[line.sku] > available.get(line.sku, 0)
    ]


def refuse_short(lines: Sequence[OrderLine], available: Mapping[str, int]) -> None:
    if errors := short(lines, available):
        title = "There is not enough stock"
        raise Rejected(kind="out-of-stock", title=title, status=409, errors=errors)
