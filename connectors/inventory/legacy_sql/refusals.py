"""Why a reservation is not moved."""

from collections.abc import Iterable

from connectors.goods import wanted
from contracts.models.canonical import OrderLine
from runtime.problems import Rejected


def refuse_other_lines(held: Iterable[OrderLine], lines: Iterable[OrderLine]) -> None:
    if wanted(held) != wanted(lines):
        raise Rejected("something else is held under this id", kind="conflict", status=409)


def refuse_over(status: str) -> None:
    if status in {"expired", "released"}:
        raise Rejected(f"the reservation is {status}", kind=status, status=409)
