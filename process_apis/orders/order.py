"""An order between its steps, and what its journal says of it."""

import base64
import hashlib
from typing import Literal

from pydantic import BaseModel

from contracts.models.canonical import Money, Order, PaymentMethod, Problem, TimelineEntry
from contracts.models.process.orders.v1 import NewOrder
from contracts.models.system.erp.v1 import SalesOrderLine
from runtime.flows.run import Run, StepRecord

OrderStatus = Literal["placing", "placed", "failed", "cancelling", "cancelled", "attention"]

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


OUTCOMES: dict[tuple[str, str], Literal["done", "failed", "undone", "stuck"]] = {
    ("do", "ok"): "done",
    ("do", "problem"): "failed",
    ("do", "stuck"): "stuck",
    ("do", "skipped"): "done",
    ("undo", "ok"): "undone",
    ("undo", "problem"): "stuck",
    ("undo", "stuck"): "stuck",
    ("undo", "skipped"): "undone",
}


class PricedOrder(BaseModel):
    """What was ordered, at the ERP's prices: the argument of every later step."""

    id: str
    customer_id: str
    lines: list[SalesOrderLine]
    total: Money
    payment: PaymentMethod


class PlacedOrder(BaseModel):
    total: Money
    erp_order_number: str


def order_id(subject: str, client: str, idempotency_key: str) -> str:
    """The id of the order a caller's key stands for: the same key again is the same order.

    100 bits of SHA-256; the caller is part of it, so that nobody can hit upon another's order.
    """
    digest = hashlib.sha256(f"{subject}\0{client}\0{idempotency_key}".encode()).digest()
    return "ord_" + base64.b32encode(digest).decode().lower().translate(CROCKFORD)[:20]


CROCKFORD = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghjkmnpqrstvwxyz")


def cancel_id(order: str) -> str:
    """The id of the run that cancels an order: there is one."""
    return f"{order}-cancel"


def order_view(placing: Run, cancelling: Run | None) -> Order:
    """The order as its callers see it, out of the journal of its flows."""
    new = NewOrder.model_validate(placing.payload)
    placed = PlacedOrder.model_validate(placing.result) if placing.result else None
    steps = [*placing.steps, *(cancelling.steps if cancelling else ())]
    return Order(
        id=placing.id,
        customer_id=new.customer_id,
        status=CANCELLING[cancelling.status] if cancelling else PLACING[placing.status],
        lines=new.lines,
        total=placed.total if placed else None,
        erp_order_number=placed.erp_order_number if placed else None,
        created_at=placing.created_at,
        failure=Problem.model_validate(placing.problem) if placing.problem else None,
        timeline=[_entry(step) for step in steps if step.kind != "mark"],
    )


def _entry(step: StepRecord) -> TimelineEntry:
    outcome = OUTCOMES[step.kind, step.outcome]
    # When a step is done its detail is its result, which is the flow's own business.
    problem = step.detail if outcome in {"failed", "stuck"} else {}
    detail = problem.get("detail") or problem.get("title")
    return TimelineEntry(at=step.at, step=step.name, outcome=outcome, detail=detail)
