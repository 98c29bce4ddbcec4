"""An order between its steps, and what its journal says of it."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from contracts.models.canonical import (
    Money,
    Order,
    OrderedLine,
    OrderStatus,
    PaymentMethod,
    Problem,
    TimelineEntry,
    WantedLine,
    WhenShort,
)
from contracts.models.process.orders.v1 import NewOrder
from runtime.flows.execution import Cancelled
from runtime.flows.run import Run, StepRecord
from runtime.problems import NAMESPACE

PLACING: dict[str, OrderStatus] = {
    "running": "placing",
    "completed": "placed",
    "failed": "failed",
    "stuck": "attention",
}
CANCELLING: dict[str, OrderStatus] = {
    "running": "cancelling",
    "completed": "cancelled",
    "failed": "attention",
    "stuck": "attention",
}

CANCELLED = NAMESPACE + Cancelled.kind

HAPPENED = frozenset({"do", "undo"})
"""What of a journal is worth telling: the rest is the engine's own business."""


class PricedLine(BaseModel):
    place: int
    """Of the ordered line, from 0: a line of which nothing is supplied is left out."""
    sku: str
    quantity: int
    unit_price: Money
    tax_rate: str
    tax: Money
    total: Money


class PricedOrder(BaseModel):
    """What was ordered, or of it what is supplied, at the ERP's prices: the argument of every later
    step."""

    id: str
    customer_id: str
    lines: list[PricedLine]
    total: Money
    tax: Money
    payment: PaymentMethod
    when_short: WhenShort


class PlacedOrder(BaseModel):
    total: Money
    tax: Money
    lines: list[PricedLine]
    erp_order_number: str


def cancel_id(order: str) -> str:
    """The id of the run that cancels an order: there is one."""
    return f"{order}-cancel"


def was_cancelled(placing: Run) -> bool:
    """Whether it was undone because somebody wanted that, and for no other reason."""
    return placing.status == "failed" and (placing.problem or {}).get("type") == CANCELLED


def status_of(placing: Run, cancelling: Run | None) -> OrderStatus:
    if placing.status == "stuck":
        return "attention"
    if cancelling:
        return CANCELLING[cancelling.status]
    if was_cancelled(placing):
        return "cancelled"
    return (
        "cancelling" if placing.status == "running" and placing.undoing else PLACING[placing.status]
    )


def goes_on(run: Run) -> bool:
    """By itself: a run that waits is told from outside, one that is stuck by an operator."""
    return run.status == "running" and not run.waiting_for


def order_view(placing: Run, cancelling: Run | None) -> Order:
    """The order as its callers see it, out of the journal of its flows."""
    new = NewOrder.model_validate(placing.payload)
    placed = PlacedOrder.model_validate(placing.result) if placing.result else None
    return Order(
        id=placing.id,
        reference=new.reference,
        customer_id=new.customer_id,
        status=status_of(placing, cancelling),
        at_rest=not any(goes_on(run) for run in (placing, cancelling) if run),
        lines=_lines(new.lines, placed),
        total=placed.total if placed else None,
        tax=placed.tax if placed else None,
        erp_order_number=placed.erp_order_number if placed else None,
        created_at=placing.created_at,
        failure=Problem.model_validate(placing.problem) if placing.problem else None,
        timeline=timeline_of([placing, *([cancelling] if cancelling else [])]),
    )


def _lines(ordered: Sequence[WantedLine], placed: PlacedOrder | None) -> list[OrderedLine]:
    if placed is None:
        return [OrderedLine(sku=line.sku, quantity=line.quantity) for line in ordered]
    sold = {line.place: line for line in placed.lines}
    return [_line(line, sold.get(place)) for place, line in enumerate(ordered)]


def _line(ordered: WantedLine, sold: PricedLine | None) -> OrderedLine:
    line = OrderedLine(sku=ordered.sku, quantity=ordered.quantity, supplied=0)
    if sold is None:
        return line
    prices = {"unit_price": sold.unit_price, "tax": sold.tax, "total": sold.total}
    return line.model_copy(update={"supplied": sold.quantity, **prices})


def timeline_of(runs: Iterable[Run]) -> list[TimelineEntry]:
    """What happened in them, by when it did."""
    steps = [step for run in runs for step in run.steps if step.kind in HAPPENED]
    return [_entry(step) for step in sorted(steps, key=lambda step: step.at)]


def _entry(step: StepRecord) -> TimelineEntry:
    return TimelineEntry(at=step.at, step=step.name, outcome=step.came_to, detail=step.why)
