"""An order again: the same lines, at the prices of today."""

import re
from collections.abc import Sequence

from contracts.models.canonical import WantedLine
from contracts.models.process.orders.v1 import NewOrder, RepeatOrder
from runtime.problems import Problem

LINE = re.compile(r"#/lines/(\d+)(/.*)?")
ASKED = re.compile(r"#/(payment|whenShort|expectedTotal)(/.*)?")
"""What a request to repeat has."""


def repeated(order: NewOrder, wanted: RepeatOrder) -> NewOrder:
    """What its lines were shown at then is no condition now."""
    lines = [WantedLine(sku=line.sku, quantity=line.quantity) for line in order.lines]
    return NewOrder.model_construct(
        customer_id=order.customer_id, currency=order.currency, lines=lines, **dict(wanted)
    )


def name_products(problem: Problem, lines: Sequence[WantedLine]) -> None:
    """For a caller whose body has no lines to point at."""
    for error in problem.document.get("errors", ()):
        pointer = error.get("pointer", "")
        if line := LINE.fullmatch(pointer):
            error["detail"] = f"{lines[int(line[1])].sku}: {error['detail']}"
        if not ASKED.fullmatch(pointer):
            error.pop("pointer", None)
