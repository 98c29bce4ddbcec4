"""Bulks in and out: pure functions between a partner's array of orders and the lines of a bulk."""

from collections.abc import Iterable

from contracts.models.canonical import Problem
from contracts.models.experience.partner.v1 import (
    NewPartnerOrder,
    PartnerBulk,
    PartnerBulkLine,
    PartnerBulkLines,
)
from contracts.models.process.orders.v1 import Bulk, BulkLine, BulkLines, BulkOrder, NewBulkLine
from experience_apis.partner.places import PLACES
from runtime.apis.items import RefusedItem, RefusedItems


def new_lines(good: Iterable[NewPartnerOrder], refused: RefusedItems) -> list[NewBulkLine]:
    """Every order at its place in the array, the refused ones too."""
    orders = iter(good)
    return [
        _refused(refused[place]) if place in refused else _ordered(next(orders))
        for place in range(refused.sent)
    ]


def _ordered(order: NewPartnerOrder) -> NewBulkLine:
    members = {name: value for name, value in order if name != "reference"}
    return NewBulkLine.model_construct(
        reference=order.reference, order=BulkOrder.model_construct(**members)
    )


def _refused(item: RefusedItem) -> NewBulkLine:
    return NewBulkLine.model_construct(
        reference=item.good("reference"), refused=Problem.model_validate(item.problem.document)
    )


def partner_bulk(bulk: Bulk) -> PartnerBulk:
    return PartnerBulk.model_construct(**dict(bulk))


def partner_lines(page: BulkLines) -> PartnerBulkLines:
    return PartnerBulkLines(
        items=[_line(line) for line in page.items], next_cursor=page.next_cursor
    )


def _line(line: BulkLine) -> PartnerBulkLine:
    return PartnerBulkLine(
        place=line.place,
        reference=line.reference,
        outcome=line.outcome,
        order_id=line.order_id,
        status=line.status,
        problem=_placed(line.problem, line.place) if line.problem else None,
    )


def _placed(problem: Problem, place: int) -> Problem:
    """With pointers into the partner's body, of which the order is a part, and to where it is here."""
    pointed = [
        it.model_copy(update={"pointer": f"#/orders/{place}{it.pointer.removeprefix('#')}"})
        if it.pointer is not None
        else it
        for it in problem.errors or ()
    ]
    here = PLACES.here(problem.instance) if problem.instance else None
    return problem.model_copy(update={"errors": pointed or None, "instance": here})
