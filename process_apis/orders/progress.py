"""An order as it stands now: what its placing came to, and what has become of it since."""

from collections.abc import Sequence

from contracts.models.canonical import Order, OrderLine, OrderStatus, TimelineEntry
from process_apis.orders.cancel_order import refusal_of
from process_apis.orders.left import left_of
from process_apis.orders.note_payment import (
    disputed,
    events_of,
    given_back,
    note_payment,
    payment_entry,
)
from process_apis.orders.notices import all_are, notices_of, shipment_entry, shipments_of
from process_apis.orders.order import cancel_id, goes_on, order_view, timeline_of
from process_apis.orders.returns import goods_of, returns_of
from runtime.flows.run import Run


def order_now(placing: Run, family: Sequence[Run]) -> Order:
    """`family`: every run about the order, in any order."""
    cancelling = next((run for run in family if run.id == cancel_id(placing.id)), None)
    order = order_view(placing, None if refusal_of(cancelling) else cancelling)
    status = _since(order, family) if order.status == "placed" else order.status
    told = {
        "status": status,
        "at_rest": not any(goes_on(run) for run in family),
        "shipments": shipments_of(family) or None,
        "timeline": _timeline(family),
    }
    return order.model_copy(update=told)


def _timeline(family: Sequence[Run]) -> list[TimelineEntry]:
    """Of a notice what it says, instead of what was done to note it."""
    entries = [
        *timeline_of(run for run in family if run.flow != note_payment.name),
        *(shipment_entry(notice) for notice in notices_of(family)),
        *(payment_entry(event) for event in events_of(family)),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _since(order: Order, family: Sequence[Run]) -> OrderStatus:
    """What has become of an order that was placed; what matters more comes first."""
    returns, notices, supplied = returns_of(family), notices_of(family), _supplied(order)
    if any(run.status == "stuck" for run in family) or disputed(events_of(family)):
        return "attention"
    made = [goods_of(run) for run in returns if run.status == "completed"]
    back = [line for goods in made if goods for line in goods.lines]
    if not any(left_of(supplied, back).values()):
        return "returned"
    if given_back(family):
        return "refunded"
    if all_are(["delivered"], notices, supplied):
        return "delivered"
    # What has arrived has left, also when nobody told us so.
    return "shipped" if all_are(["shipped", "delivered"], notices, supplied) else "placed"


def _supplied(order: Order) -> list[OrderLine]:
    return [
        OrderLine(sku=line.sku, quantity=line.supplied) for line in order.lines if line.supplied
    ]
