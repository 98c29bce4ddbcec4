"""Calling an order off: its placing is undone while it can be, and refunded once it has happened.

Whoever is first in the journal wins, the point of no return or the order to undo: so what was charged
is always refunded, and what is undone was never charged.
"""

from process_apis.orders.cancel_order import OrderToCancel, cancel_order, refusal_of
from process_apis.orders.order import cancel_id, was_cancelled
from runtime.context import current
from runtime.flows.asking import settled
from runtime.flows.engine import Engine
from runtime.flows.orders import NotUnderWay, OnlyForward
from runtime.flows.run import Action, Order, Run
from runtime.problems import Problem, Rejected


class NotCancellable(Rejected):
    """It did not come about, for another reason."""

    status = 409
    kind = "not-cancellable"
    title = "The order cannot be cancelled"


async def call_off(flows: Engine, placing: Run) -> None:
    """Until it is done or the caller's time is nearly up; by then it is certain. Again changes nothing.

    Raises NotCancellable, or what the ERP refuses with: of an order of which goods have come back.
    """
    if placing.status in {"running", "stuck"}:
        placing = await _undone(flows, placing)
    if placing.status == "failed" and not was_cancelled(placing):
        raise NotCancellable("the order has failed: everything is undone")
    if placing.status != "failed" and not placing.undoing:
        await _refunded(flows, placing)


async def _undone(flows: Engine, placing: Run) -> Run:
    """As it stands when it could not be stopped any more."""
    who = current().identity
    action: Action = "cancel" if placing.status == "running" else "compensate"
    try:
        await flows.order(placing.id, Order(action, "by its customer", who.subject, who.client))
    except (OnlyForward, NotUnderWay):
        return await flows.wait(placing.id, timeout=0)
    return await settled(flows, placing.id)


async def _refunded(flows: Engine, placing: Run) -> None:
    run_id, order = cancel_id(placing.id), OrderToCancel(id=placing.id)
    await flows.start(cancel_order, run_id, order, owner=placing.owner, context=current())
    if refused := refusal_of(await settled(flows, run_id)):
        raise Problem.from_document(refused.model_dump(by_alias=True, exclude_none=True))
