"""What is written down of one client's calls: by kind of period, by period, by operation."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from runtime.metering.periods import Period, Periods
from runtime.metering.standing import Limits, Quota, Standing

Calls = Mapping[str, int]
"""By operation."""

Owed = dict[Periods, Counter[str]]
"""Calls by when they were made, and by operation."""


class Book:
    def __init__(self, text: str | None) -> None:
        self._kinds: dict[str, dict[str, dict[str, int]]] = orjson.loads(text) if text else {}

    def text(self) -> str:
        return orjson.dumps(self._kinds).decode()

    def calls(self, period: Period) -> Calls:
        return self._kinds.get(period.kind, {}).get(period.name, {})

    def used(self, period: Period) -> int:
        return sum(self.calls(period).values())

    def add(self, periods: Iterable[Period], operations: Mapping[str, int]) -> None:
        """Periods older than the one before are forgotten."""
        for period in periods:
            kept = self._kinds.setdefault(period.kind, {})
            kept[period.name] = dict(Counter(kept.get(period.name, {})) + Counter(operations))
            for name in [name for name in kept if name < period.before().name]:
                del kept[name]

    def quotas(self, periods: Periods, limits: Limits) -> dict[Period, Quota]:
        """Of those periods that have a limit."""
        return {p: Quota(p, limits[p.kind], self.used(p)) for p in periods if p.kind in limits}

    def left(self, periods: Periods, limits: Limits) -> int | None:
        """How many calls there may still be; None: any number."""
        quotas = self.quotas(periods, limits).values()
        return min((quota.remaining for quota in quotas), default=None)


class Taken(NamedTuple):
    granted: int
    """So many of the calls, from the first."""
    before: tuple[Quota, ...]
    """How they stood before them."""

    def standing(self, now: datetime, number: int | None = None) -> Standing:
        """After the call of that number, from 0; after all of them when none is said."""
        if number is None:
            return Standing(self.before, now).after(self.granted)
        granted = number < self.granted
        return Standing(self.before, now, granted).after(number + 1 if granted else self.granted)


def take(
    text: str | None,
    *,
    periods: Periods,
    limits: Limits,
    owed: Owed,
    operations: Sequence[str],
) -> tuple[str, Taken]:
    """The book with what was owed to it, and with as many of the calls as there may be."""
    book = Book(text)
    for of, calls in owed.items():
        book.add(of, calls)
    before = tuple(book.quotas(periods, limits).values())
    granted = operations[: book.left(periods, limits)]
    book.add(periods, Counter(granted))
    return book.text(), Taken(len(granted), before)
