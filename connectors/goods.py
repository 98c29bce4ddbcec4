"""Quantities of goods: a product may be on several lines, and a line carries so many."""

from collections import Counter
from collections.abc import Iterable

from contracts.models.canonical import OrderLine

LARGEST_LINE = 999


def wanted(lines: Iterable[OrderLine]) -> dict[str, int]:
    """How much of each product: it may be on several lines."""
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.quantity
    return dict(total)


def as_lines(sku: str, quantity: int) -> list[OrderLine]:
    """More of a product than one line of ours may carry are several lines."""
    full, rest = divmod(quantity, LARGEST_LINE)
    quantities = [LARGEST_LINE] * full + [rest] * (rest > 0)
    return [OrderLine(sku=sku, quantity=part) for part in quantities]
