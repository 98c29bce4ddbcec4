"""What partners see of orders, returns and stock: pure functions from the inner layer's answers."""

from contracts.models.canonical import Order, TimelineEntry
from contracts.models.experience.partner.v1 import (
    PartnerOrder,
    PartnerReturn,
    PartnerStock,
    PartnerTracking,
    StockChange,
    TrackingEvent,
    TrackingNext,
)
from contracts.models.process.catalogue.v1 import StockChanges
from contracts.models.process.orders.v1 import Return, Tracking

SHIPMENT = frozenset({"shipped", "delivered"})
"""Whose detail is the carrier's; that of other entries is our own business."""


def partner_order(order: Order) -> PartnerOrder:
    return PartnerOrder(
        id=order.id,
        reference=order.reference,
        status=order.status,
        lines=order.lines,
        total=order.total,
        tax=order.tax,
        order_number=order.erp_order_number,
        placed_at=order.created_at,
        failure=order.failure,
    )


def partner_tracking(order: Order, tracking: Tracking) -> PartnerTracking:
    return PartnerTracking(
        id=tracking.id,
        status=tracking.status,
        events=[_event(entry) for entry in order.timeline],
        next=[TrackingNext(step=step.step, by=step.by) for step in tracking.next],
    )


def _event(entry: TimelineEntry) -> TrackingEvent:
    what = entry.step if entry.outcome == "done" else f"{entry.step} {entry.outcome}"
    return TrackingEvent(
        at=entry.at, what=what, detail=entry.detail if entry.step in SHIPMENT else None
    )


def partner_return(made: Return) -> PartnerReturn:
    return PartnerReturn(
        id=made.id,
        order_id=made.order_id,
        status=made.status,
        lines=made.lines,
        refund=made.refund,
        reason=made.reason,
        created_at=made.created_at,
        failure=made.failure,
    )


def partner_stock(changes: StockChanges) -> PartnerStock:
    items = [
        StockChange(sku=it.sku, available=it.available, removed=it.removed) for it in changes.items
    ]
    return PartnerStock(
        full=changes.full, items=items, next=changes.next, more=changes.more, as_of=changes.as_of
    )
