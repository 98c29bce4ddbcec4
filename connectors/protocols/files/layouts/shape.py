"""Where header and trailer stand, and whether the trailer's control totals fit."""

from collections import Counter
from decimal import Decimal

from connectors.protocols.files.layouts.faults import Unfit
from connectors.protocols.files.layouts.kinds import Value
from connectors.protocols.files.layouts.layout import Bad, Layout, Row


class Shape:
    """Fed with every record in turn; raises Unfit for what cannot be."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._expected = layout.header.name if layout.header else None
        self._ended = False
        self._counts: Counter[str] = Counter()
        self._sums: dict[tuple[str, str], Decimal | None] = {
            (total.of, total.sum): Decimal(0) for total in layout.totals if total.sum
        }

    def check(self, result: Row | Bad) -> None:
        if self._ended:
            raise Unfit(f"line {result.line} comes after the trailer")
        header, trailer = self._layout.header, self._layout.trailer
        at_start, self._expected = self._expected, None
        if at_start is not None or (header and result.record == header.name):
            self._check_header(result, at_start)
        elif trailer and result.record == trailer.name:
            self._check_trailer(result)
        else:
            self._count(result)

    def check_end(self) -> None:
        if self._expected is not None:
            raise Unfit("the header is missing")
        if self._layout.trailer and not self._ended:
            raise Unfit("the trailer is missing: the file is not whole")

    def _check_header(self, result: Row | Bad, expected: str | None) -> None:
        if result.record != expected or isinstance(result, Bad):
            raise Unfit(f"line {result.line} is not the header, or a wrong one")

    def _check_trailer(self, result: Row | Bad) -> None:
        self._ended = True
        if isinstance(result, Bad):
            raise Unfit(f"the trailer, line {result.line}, cannot be read")
        for total in self._layout.totals:
            found = self._sums[total.of, total.sum] if total.sum else self._counts[total.of]
            if found is None:
                raise Unfit(f"the control total {total.field} cannot be checked: a row is bad")
            if found != result.values[total.field]:
                raise Unfit(f"the control total {total.field} does not fit")

    def _count(self, result: Row | Bad) -> None:
        """A bad record counts, as whoever wrote the trailer counted it."""
        self._counts[result.record] += 1
        for (of, name), so_far in self._sums.items():
            if of == result.record and so_far is not None:
                value = result.values.get(name)
                self._sums[of, name] = None if name not in result.values else so_far + _plain(value)


def _plain(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)
