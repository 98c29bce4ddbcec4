"""What has come back of an order, kept in the comment of its sale: the only place that one call changes
if, and only if, nobody else has (quirk 15). A line per return, among whatever people wrote:

    return ord_…-return-… stands 29.90 CBL-USBC-2M=2
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Self

from connectors.erp.tryton.sales import Line, Sale
from connectors.goods import wanted
from contracts.models.canonical import OrderLine
from contracts.money import decimals
from runtime.problems import Rejected, at

LINE = re.compile(r"return (\S+) (stands|withdrawn) (\d+(?:\.\d+)?) ((?:[\w.-]+=\d+,?)*)")
CLOSED = "order cancelled"


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    word: Literal["stands", "withdrawn"]
    total: Decimal
    goods: dict[str, int]

    def __str__(self) -> str:
        goods = ",".join(f"{sku}={quantity}" for sku, quantity in self.goods.items())
        return f"return {self.id} {self.word} {self.total} {goods}"


@dataclass(frozen=True, slots=True)
class Register:
    entries: tuple[Entry, ...]
    closed: bool
    others: tuple[str, ...]
    """What people wrote."""

    @classmethod
    def of(cls, comment: str) -> Self:
        lines = comment.splitlines()
        found = [(line, LINE.fullmatch(line)) for line in lines]
        entries = tuple(_entry(match) for _, match in found if match)
        others = tuple(line for line, match in found if not match and line != CLOSED)
        return cls(entries, CLOSED in lines, others)

    def __str__(self) -> str:
        return "\n".join(
            [*self.others, *map(str, self.entries), *([CLOSED] if self.closed else [])]
        )

    def find(self, return_id: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == return_id), None)

    @property
    def standing(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.word == "stands"]

    def entered(self, sale: Sale, return_id: str, lines: Sequence[OrderLine]) -> Self:
        """With one more. Raises Rejected when more would come back than was sold."""
        left = _left(sale, self.standing)
        goods = wanted(lines)
        _refuse_more(lines, goods, left)
        rest = sale.total - sum((entry.total for entry in self.standing), Decimal(0))
        total = rest if goods == {s: q for s, q in left.items() if q} else _worth(sale, goods)
        entry = Entry(return_id, "stands", min(rest, total), goods)
        return replace(self, entries=(*self.entries, entry))

    def withdrawn(self, return_id: str) -> Self:
        """A return that never came leaves its line too: what comes late finds it."""
        gone = self.find(return_id) or Entry(return_id, "withdrawn", Decimal(0), {})
        others = tuple(entry for entry in self.entries if entry.id != return_id)
        return replace(self, entries=(*others, replace(gone, word="withdrawn")))


def taken(sale: Sale, goods: dict[str, int]) -> list[Line]:
    """The lines of the sale that they come from, in its order."""
    left, lines = dict(goods), []
    for line in sale.lines:
        if quantity := min(line.quantity, left.get(line.product.sku, 0)):
            lines.append(replace(line, quantity=quantity))
            left[line.product.sku] -= quantity
    return lines


def _entry(match: re.Match[str]) -> Entry:
    pairs = [pair.partition("=") for pair in match[4].split(",") if pair]
    goods = {sku: int(quantity) for sku, _, quantity in pairs}
    word: Literal["stands", "withdrawn"] = "stands" if match[2] == "stands" else "withdrawn"
    return Entry(match[1], word, Decimal(match[3]), goods)


def _left(sale: Sale, standing: Sequence[Entry]) -> dict[str, int]:
    left: dict[str, int] = {}
    for line in sale.lines:
        left[line.product.sku] = left.get(line.product.sku, 0) + line.quantity
    for entry in standing:
        for sku, quantity in entry.goods.items():
            left[sku] -= quantity
    return left


def _worth(sale: Sale, goods: dict[str, int]) -> Decimal:
    """The total's share: with whatever taxes the sale has on top of its prices."""
    net = sum((line.price * line.quantity for line in sale.lines), Decimal(0))
    cost = sum((line.price * line.quantity for line in taken(sale, goods)), Decimal(0))
    share = cost * sale.total / net if net else cost
    return share.quantize(Decimal(1).scaleb(-decimals(sale.currency)), ROUND_HALF_UP)


def _refuse_more(lines: Sequence[OrderLine], goods: dict[str, int], left: dict[str, int]) -> None:
    errors = [
        at(f"/lines/{place}/quantity", f"{left.get(line.sku, 0)} can come back")
        for place, line in enumerate(lines)
        if goods[line.sku] > left.get(line.sku, 0)
    ]
    if errors:
        title = "No more can come back than was sold and is not back yet"
        raise Rejected(kind="exceeds-order", title=title, status=409, errors=errors)
