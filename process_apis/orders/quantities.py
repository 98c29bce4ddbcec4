"""How much of each product; one may be on several lines. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol


class Line(Protocol):
    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...


def wanted_of(lines: Iterable[Line]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.quantity
    return dict(total)


def shared_out(lines: Iterable[Line], there_is: Mapping[str, int]) -> list[int]:
    """What each line gets of what there is, the first lines first."""
    left, shares = dict(there_is), []
    for line in lines:
        share = min(line.quantity, left.get(line.sku, 0))
        left[line.sku] = left.get(line.sku, 0) - share
        shares.append(share)
    return shares
