"""Orders: each operation starts a flow or reads its journal; the flows hold the business."""

from typing import Annotated

import structlog

from contracts.models.canonical import Order
from contracts.models.process.orders.v1 import NewOrder, Orders
from process_apis.orders.cancel_order import OrderToCancel, cancel_order
from process_apis.orders.order import PlacedOrder, cancel_id, order_id, order_view
from process_apis.orders.place_order import place_order
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.apis.signatures import Opened
from runtime.context import current
from runtime.flows.engine import Engine
from runtime.flows.opening import flows_in
from runtime.flows.run import Run
from runtime.problems import Missing, Problem, Rejected

log = structlog.get_logger()
api = Api("process/orders/v1", opens=flows_in("orders", [place_order, cancel_order]))
Flows = Annotated[Engine, Opened]

ANSWER_MARGIN = 0.2
"""Seconds kept back from the caller's deadline to answer that the order is still under way."""


@api.operation("placeOrder")
async def post_order(body: NewOrder, idempotency_key: str, flows: Flows) -> Order | Answer[Order]:
    caller = current().identity
    if not caller.may_act_for(body.customer_id):
        raise Missing(f"there is no customer {body.customer_id}")
    run_id = order_id(caller.subject, caller.client, idempotency_key)
    started = await flows.start(
        place_order, run_id, body, owner=body.customer_id, context=current()
    )
    log.info("order_accepted", order=run_id, repeated=not started.created)
    run = await _settled(flows, run_id)
    if run.status == "failed" and run.problem:
        raise Problem.from_document(run.problem).with_instance(_url(run_id))
    order = order_view(run, None)  # also when cancelled since: the same key gives the same answer
    return order if run.status == "completed" else Answer(order, 202)


@api.operation("listOrders")
async def list_orders(customer_id: str, limit: int, flows: Flows) -> Orders:
    if not current().identity.may_act_for(customer_id):
        raise Missing(f"there is no customer {customer_id}")
    runs = await flows.list(flow=place_order.name, owner=customer_id, limit=limit)
    return Orders(items=[order_view(run, await flows.get(cancel_id(run.id))) for run in runs])


@api.operation("getOrder")
async def get_order(order_id: str, flows: Flows) -> Order:
    run = await _own(flows, order_id)
    return order_view(run, await flows.get(cancel_id(order_id)))


@api.operation("cancelOrder")
async def post_cancel(order_id: str, flows: Flows) -> Order | Answer[Order]:
    run = await _own(flows, order_id)
    if run.status != "completed":
        raise _not_cancellable(run)
    placed = PlacedOrder.model_validate(run.result)
    to_cancel = OrderToCancel(id=order_id, total=placed.total)
    await flows.start(
        cancel_order, cancel_id(order_id), to_cancel, owner=run.owner, context=current()
    )
    cancelling = await _settled(flows, cancel_id(order_id))
    order = order_view(run, cancelling)
    return order if cancelling.status == "completed" else Answer(order, 202)


async def _settled(flows: Engine, run_id: str) -> Run:
    return await flows.wait(run_id, timeout=max(0.0, current().remaining() - ANSWER_MARGIN))


async def _own(flows: Engine, order_id: str) -> Run:
    """The run of an order of the caller's; another's order is as missing as none."""
    run = await flows.get(order_id)
    if run is None or not current().identity.may_act_for(run.owner):
        raise Missing(f"there is no order {order_id}")
    return run


def _not_cancellable(run: Run) -> Rejected:
    if run.status == "running":
        return Rejected(
            "the order is still being placed", kind="order-in-progress", status=409, retry_after=1
        )
    return Rejected(f"the order is {run.status}", kind="not-cancellable", status=409)


def _url(order_id: str) -> str:
    return f"{api.contract.prefix}/orders/{order_id}"
