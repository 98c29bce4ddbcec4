"""Orders: each operation starts a flow or reads its journal; the flows hold the business."""

from typing import Annotated, Literal

from contracts.models.canonical import Order
from contracts.models.process.orders.v1 import (
    Bulk,
    BulkLines,
    Invoice,
    NewBulk,
    NewOrder,
    NewReturn,
    Orders,
    RepeatOrder,
    Return,
    Returns,
    ShipmentNotice,
    Tracking,
)
from process_apis.orders.bulk_lines import refuse_unfit
from process_apis.orders.bulks import bulk_lines, bulk_view
from process_apis.orders.cancel_order import cancel_order
from process_apis.orders.cancelling import call_off
from process_apis.orders.invoices import invoice_of
from process_apis.orders.note_payment import ask_provider, note_payment
from process_apis.orders.notices import note_shipment, refuse_foreign
from process_apis.orders.order import order_view
from process_apis.orders.place_bulk import place_bulk
from process_apis.orders.place_order import place_order
from process_apis.orders.progress import order_now
from process_apis.orders.references import ReferenceTaken, id_under
from process_apis.orders.repeating import name_products, repeated
from process_apis.orders.return_order import ReturnToMake, return_order
from process_apis.orders.returns import return_view, returns_of
from process_apis.orders.tracking import tracking
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.apis.received import Received
from runtime.apis.signatures import Opened
from runtime.context import Identity, current
from runtime.flows.asking import asked, begun, id_for
from runtime.flows.engine import Engine, KeyReused
from runtime.flows.opening import flows_in
from runtime.flows.paging import page
from runtime.flows.run import Run
from runtime.problems import Missing, Problem, Rejected

FLOWS = (place_order, place_bulk, cancel_order, return_order, note_shipment, note_payment)
api = Api("process/orders/v1", opens=flows_in("orders", FLOWS))
Flows = Annotated[Engine, Opened]


@api.operation("placeOrder")
async def post_order(body: NewOrder, idempotency_key: str, flows: Flows) -> Order | Answer[Order]:
    _refuse_stranger(body.customer_id)
    if body.reference is None:
        run_id = id_for("ord_", idempotency_key)
    else:
        run_id = await id_under(flows, body, body.reference)
    return await _placed(flows, run_id, body)


@api.operation("listOrders")
async def list_orders(customer_id: str, limit: int, cursor: str | None, flows: Flows) -> Orders:
    _refuse_stranger(customer_id)
    found = await page(flows, place_order, owner=customer_id, limit=limit, cursor=cursor)
    items = [order_now(run, await flows.family(run.id)) for run in found.runs]
    return Orders(items=items, next_cursor=found.next_cursor)


@api.operation("getOrder")
async def get_order(order_id: str, flows: Flows) -> Order:
    run = await _own(flows, order_id)
    return order_now(run, await flows.family(order_id))


@api.operation("repeatOrder")
async def post_repeat(
    order_id: str, body: RepeatOrder, idempotency_key: str, flows: Flows
) -> Order | Answer[Order]:
    new = repeated(place_order.payload_of(await _own(flows, order_id)), body)
    try:
        return await _placed(flows, id_for("ord_", f"{order_id} {idempotency_key}"), new)
    except Problem as problem:
        name_products(problem, new.lines)
        raise


@api.operation("trackOrder")
async def track_order(order_id: str, flows: Flows) -> Tracking:
    run = await _own(flows, order_id)
    return tracking(run, await flows.family(order_id), {flow.name: flow for flow in FLOWS})


@api.operation("cancelOrder")
async def post_cancel(order_id: str, flows: Flows) -> Order | Answer[Order]:
    await call_off(flows, await _own(flows, order_id))
    order = await get_order(order_id, flows)
    return order if order.status == "cancelled" else Answer(order, 202)


async def _placed(flows: Engine, run_id: str, new: NewOrder) -> Order | Answer[Order]:
    try:
        run = await asked(
            flows, place_order, run_id, new, owner=new.customer_id, instance=_url(run_id)
        )
    except KeyReused as problem:
        raise (ReferenceTaken() if new.reference else problem) from problem
    order = order_view(run, None)  # also when cancelled since: the same key gives the same answer
    return order if run.status == "completed" else Answer(order, 202)


@api.operation("getInvoice")
async def get_invoice(order_id: str, flows: Flows) -> Invoice:
    await _own(flows, order_id)
    return await invoice_of(order_id)


@api.operation("placeBulk")
async def post_bulk(body: NewBulk, idempotency_key: str, flows: Flows) -> Answer[Bulk]:
    _refuse_stranger(body.customer_id)
    refuse_unfit(body)
    run_id = id_for("blk_", idempotency_key)
    url = f"{api.contract.prefix}/bulk-orders/{run_id}"
    run = await asked(
        flows, place_bulk, run_id, body, owner=body.customer_id, instance=url, enough=begun
    )
    return Answer(bulk_view(run), 202, location=url)


@api.operation("getBulk")
async def get_bulk(bulk_id: str, flows: Flows) -> Bulk:
    return bulk_view(await _own(flows, bulk_id, "bulk"))


@api.operation("listBulkLines")
async def list_bulk_lines(
    bulk_id: str,
    limit: int,
    cursor: str | None,
    outcome: Literal["running", "placed", "failed", "attention"] | None,
    flows: Flows,
) -> BulkLines:
    run = await _own(flows, bulk_id, "bulk")
    return bulk_lines(run, outcome, limit=limit, cursor=cursor)


def _refuse_stranger(customer_id: str) -> None:
    if not current().identity.may_act_for(customer_id):
        raise Missing(f"there is no customer {customer_id}")


async def _own(flows: Engine, run_id: str, what: str = "order") -> Run:
    """The run of an order, or a bulk, of the caller's; another's is as missing as none."""
    run = await flows.get(run_id)
    if run is None or not current().identity.may_act_for(run.owner):
        raise Missing(f"there is no {what} {run_id}")
    return run


def _url(order_id: str) -> str:
    return f"{api.contract.prefix}/orders/{order_id}"


@api.operation("returnOrder")
async def post_return(
    order_id: str, body: NewReturn, idempotency_key: str, flows: Flows
) -> Return | Answer[Return]:
    placing = await _own(flows, order_id)
    if placing.status != "completed":
        raise _not_returnable(placing)
    run_id = id_for(f"{order_id}-return-", idempotency_key)
    to_make = ReturnToMake(id=run_id, order_id=order_id, asked=body)
    instance = f"{_url(order_id)}/returns/{run_id}"
    run = await asked(flows, return_order, run_id, to_make, owner=placing.owner, instance=instance)
    made = return_view(run)
    return made if run.status == "completed" else Answer(made, 202)


@api.operation("listReturns")
async def list_returns(order_id: str, flows: Flows) -> Returns:
    await _own(flows, order_id)
    family = await flows.family(order_id)
    return Returns(items=[return_view(run) for run in returns_of(family)])


@api.operation("getReturn")
async def get_return(order_id: str, return_id: str, flows: Flows) -> Return:
    await _own(flows, order_id)
    for run in returns_of(await flows.family(order_id)):
        if run.id == return_id:
            return return_view(run)
    raise Missing(f"there is no return {return_id}")


def _not_returnable(placing: Run) -> Rejected:
    if placing.status == "running":
        return Rejected(
            "the order is still being placed", kind="order-in-progress", status=409, retry_after=1
        )
    return Rejected(f"the order is {placing.status}", kind="not-returnable", status=409)


@api.operation("receiveShipmentNotice")
async def receive_shipment_notice(body: ShipmentNotice, flows: Flows) -> None:
    placing = await flows.get(body.order_id)
    if placing is None:
        raise Missing(f"there is no order {body.order_id}")
    refuse_foreign(body, place_order.payload_of(placing))
    run_id = id_for(f"{body.order_id}-notice-", body.notice_id)
    try:
        await flows.start(note_shipment, run_id, body, owner=placing.owner, context=current())
    except KeyReused as problem:
        says = "another notice has this noticeId"
        raise Rejected(says, kind="conflict", status=409) from problem


@api.operation("receivePaymentEvent")
async def receive_payment_event(message: Received, flows: Flows) -> None:
    event = await ask_provider(message)
    placing = await flows.get(event.payment_id) if event else None
    if event and placing:  # of a payment that is not an order's there is nothing to note
        current().identity = Identity("payment-provider")
        run_id = id_for(f"{placing.id}-payment-", event.id)
        await flows.start(note_payment, run_id, event, owner=placing.owner, context=current())
