"""What becomes of one line of a bulk, and what is refused before anything is done for it."""

from collections import Counter

from pydantic import BaseModel

from contracts.models import canonical
from contracts.models.canonical import Order, OrderStatus
from contracts.models.process.orders.v1 import BulkOutcome, NewBulk
from runtime.problems import Problem, Rejected, at


class LineAnswer(BaseModel):
    outcome: BulkOutcome
    order_id: str | None = None
    status: OrderStatus | None = None
    problem: canonical.Problem | None = None


def refuse_unfit(bulk: NewBulk) -> None:
    """Name every line that is neither an order with a reference nor a refusal. Raises Rejected."""
    errors = [
        at(f"/lines/{place}", "an order with its reference is expected, or what refused it")
        for place, line in enumerate(bulk.lines)
        if (line.order is None) == (line.refused is None)
        or (line.order is not None and line.reference is None)
    ]
    if errors:
        raise Rejected(kind="invalid", title="The request is not valid", errors=errors)


def refusals(bulk: NewBulk) -> dict[int, LineAnswer]:
    """By place: of what was refused already, and of a reference that more than one order has."""
    used = Counter(line.reference for line in bulk.lines if line.reference is not None)
    found = {
        place: LineAnswer(outcome="failed", problem=line.refused)
        for place, line in enumerate(bulk.lines)
        if line.refused is not None
    }
    for place, line in enumerate(bulk.lines):
        if line.reference is not None and used[line.reference] > 1:
            found.setdefault(place, refused(_duplicate()))
    return found


def accepted(order: Order) -> LineAnswer:
    outcome: BulkOutcome = "placed" if order.status == "placed" else "attention"
    return LineAnswer(outcome=outcome, order_id=order.id, status=order.status)


def refused(refusal: Rejected) -> LineAnswer:
    return _answered("failed", refusal)


def given_up(problem: Problem) -> LineAnswer:
    """An order that it is known to have happened to is undone; else nobody knows if there is one."""
    return _answered("failed" if "instance" in problem.document else "attention", problem)


def unsettled(problem: Problem) -> LineAnswer:
    return _answered("attention", problem)


def _answered(outcome: BulkOutcome, problem: Problem) -> LineAnswer:
    instance = problem.document.get("instance")
    return LineAnswer(
        outcome=outcome,
        order_id=instance.rsplit("/", 1)[1] if instance else None,
        problem=canonical.Problem.model_validate(problem.document),
    )


def _duplicate() -> Rejected:
    return Rejected(
        kind="duplicate-reference",
        title="More than one order of the bulk has this reference",
        errors=[at("/reference", "another order of this bulk has it too")],
        status=409,
    )
