"""What partners see of orders, returns and stock: pure functions from the inner layer's answers."""

from contracts.models.canonical import Order
from contracts.models.experience.partner.v1 import (
    Milestone,
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

MILESTONES: dict[tuple[str, str], Milestone] = {
    ("price_order", "done"): "priced",
    ("reserve_stock", "done"): "reserved",
    ("reserve_stock", "undone"): "released",
    ("authorize_payment", "done"): "payment-approved",
    ("authorize_payment", "failed"): "payment-refused",
    ("authorize_payment", "undone"): "payment-released",
    ("create_erp_order", "done"): "entered",
    ("create_erp_order", "undone"): "cancelled",
    ("capture_payment", "done"): "paid",
    ("confirm_erp_order", "done"): "confirmed",
    ("shipped", "done"): "shipped",
    ("delivered", "done"): "delivered",
    ("cancel_erp_order", "done"): "cancelled",
    ("refund_payment", "done"): "refunded",
    ("release_stock", "done"): "released",
    ("record_return", "done"): "return-recorded",
    ("refund_goods", "done"): "refunded",
    ("restock_goods", "done"): "restocked",
}
"""Steps a partner cares about; the others are the business's own."""

OUTCOMES = {"do": "done", "undo": "undone"}
"""What an action that comes next comes to."""

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


def partner_tracking(tracking: Tracking) -> PartnerTracking:
    return PartnerTracking(
        id=tracking.id,
        status=tracking.status,
        events=[
            TrackingEvent(at=it.at, what=what, detail=it.detail if it.step in SHIPMENT else None)
            for it in tracking.timeline
            if (what := MILESTONES.get((it.step, it.outcome)))
        ],
        next=[
            TrackingNext(what=what, by=it.by)
            for it in tracking.next
            if (what := MILESTONES.get((it.step, OUTCOMES.get(it.action, ""))))
        ],
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
