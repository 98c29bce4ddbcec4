"""The tracking screen: an order's story in words for its customer. Pure functions."""

from collections.abc import Mapping

from contracts.models.canonical import Order, OrderLine, OrderStatus, Shipment
from contracts.models.experience.mobile.v1 import HistoryEntry, MobileShipment, TrackedOrder
from experience_apis.mobile.text import short, short_or_none

LINES = 5
HISTORY = 10
SHIPMENTS = 3
"""How many are shown at most, as in the contract."""

HAPPENED: Mapping[tuple[str, str], str] = {
    ("price_order", "done"): "We have your order",
    ("reserve_stock", "done"): "Your goods are set aside",
    ("authorize_payment", "done"): "Your payment is approved",
    ("authorize_payment", "failed"): "Your payment was not approved",
    ("capture_payment", "done"): "Your payment is taken",
    ("confirm_erp_order", "done"): "Your order is confirmed",
    ("shipped", "done"): "Your goods are on their way",
    ("delivered", "done"): "Your goods have arrived",
    ("reserve_stock", "undone"): "Your goods are no longer set aside",
    ("authorize_payment", "undone"): "Your payment is let go",
    ("cancel_erp_order", "done"): "Your order is cancelled",
    ("refund_payment", "done"): "Your payment is given back",
    ("record_return", "done"): "Your return is noted",
    ("refund_goods", "done"): "Your return is paid back",
}
"""What a customer cares about, by step and outcome; the rest is the business's own."""

NEXT: Mapping[OrderStatus, str] = {
    "placing": "We confirm your order",
    "placed": "Your goods are packed and sent",
    "shipped": "Your goods arrive",
    "cancelling": "What you have paid is given back",
    "attention": "Somebody of ours has a look at it",
}
"""Of the others nothing more is to come."""


def tracked(order: Order) -> TrackedOrder:
    more = len(order.lines) - LINES
    return TrackedOrder(
        id=order.id,
        status=order.status,
        placed_at=order.created_at,
        total=order.total,
        reason=short(order.failure.detail or order.failure.title) if order.failure else None,
        lines=[OrderLine(sku=it.sku, quantity=it.quantity) for it in order.lines[:LINES]],
        more_lines=more if more > 0 else None,
        next=NEXT.get(order.status),
        history=_history(order)[:HISTORY],
        shipments=[_shipment(it) for it in reversed(order.shipments or ())][:SHIPMENTS] or None,
    )


def _history(order: Order) -> list[HistoryEntry]:
    told = ((HAPPENED.get((entry.step, entry.outcome)), entry.at) for entry in order.timeline)
    return [HistoryEntry(what=what, at=at) for what, at in told if what][::-1]


def _shipment(shipment: Shipment) -> MobileShipment:
    return MobileShipment(
        status=shipment.status,
        carrier=short_or_none(shipment.carrier),
        tracking_number=short_or_none(shipment.tracking_number),
        at=shipment.at,
    )
