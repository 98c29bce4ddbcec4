"""Why a reservation is not moved."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from connectors.goods import wanted
from connectors.inventory.tryton.shipments import Hold
from contracts.models.canonical import OrderLine
from runtime.problems import Rejected


def refuse_over(hold: Hold, now: datetime) -> None:
    if (status := hold.status(now)) in ("released", "expired"):
        raise Rejected(f"the reservation is {status}", kind=status, status=409)


def refuse_other_lines(hold: Hold, lines: Sequence[OrderLine]) -> None:
    if wanted(hold.lines) != wanted(lines):
        raise Rejected("something else is held under this id", kind="conflict", status=409)


def refuse_other_goods(held: Iterable[OrderLine], lines: Iterable[OrderLine]) -> None:
    if wanted(held) != wanted(lines):
        raise Rejected("something else came in under this id", kind="conflict", status=409)
