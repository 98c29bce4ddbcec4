"""What is left of an order when part of its goods has come back. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.models.canonical import OrderLine
from contracts.models.system.erp.v1 import SalesOrderLine


def left_of(
    bought: Iterable[OrderLine | SalesOrderLine], back: Iterable[OrderLine]
) -> dict[str, int]:
    """How much of each product: it may be on several lines."""
    left: Counter[str] = Counter()
    for line in bought:
        left[line.sku] += line.quantity
    for line in back:
        left[line.sku] -= line.quantity
    return dict(left)


def lines_left(bought: Sequence[SalesOrderLine], left: dict[str, int]) -> list[OrderLine]:
    """The same as lines, none longer than the one it was bought on."""
    rest, lines = dict(left), []
    for line in bought:
        if (quantity := min(line.quantity, rest[line.sku])) > 0:
            lines.append(OrderLine(sku=line.sku, quantity=quantity))
            rest[line.sku] -= quantity
    return lines
