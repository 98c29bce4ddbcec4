"""The returns of an order as its callers see them, out of the journal of their flows."""

from collections.abc import Sequence
from typing import Literal

from contracts.models.canonical import Problem
from contracts.models.process.orders.v1 import Return
from process_apis.orders.order import timeline_of
from process_apis.orders.return_order import GoodsBack, check_goods, return_order
from runtime.flows.flow import step_result
from runtime.flows.run import Run

RETURNING: dict[str, Literal["returning", "returned", "failed", "attention"]] = {
    "running": "returning",
    "completed": "returned",
    "failed": "failed",
    "stuck": "attention",
}


def return_view(run: Run) -> Return:
    asked = return_order.payload_of(run)
    made = return_order.result_of(run) if run.status == "completed" else None
    goods = goods_of(run)
    return Return(
        id=run.id,
        order_id=asked.order_id,
        status=RETURNING[run.status],
        lines=goods.lines if goods else asked.asked.lines,
        refund=made.refund if made else None,
        reason=asked.asked.reason,
        created_at=run.created_at,
        failure=Problem.model_validate(run.problem) if run.problem else None,
        timeline=timeline_of([run]),
    )


def goods_of(run: Run) -> GoodsBack | None:
    """What comes back with it; None as long as nobody has looked."""
    return step_result(run, check_goods)


def returns_of(family: Sequence[Run]) -> list[Run]:
    return [run for run in family if run.flow == return_order.name]
