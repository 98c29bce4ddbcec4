"""What the web pages show: pure functions from orders to answers."""

from contracts.models.canonical import Order
from contracts.models.experience.web.v1 import HistoryEntry, WebOrder

WORDS = {
    ("price_order", "done"): "Prices checked",
    ("reserve_stock", "done"): "Goods set aside",
    ("authorize_payment", "done"): "Payment approved",
    ("authorize_payment", "failed"): "Payment not approved",
    ("create_erp_order", "done"): "Order entered",
    ("capture_payment", "done"): "Payment taken",
    ("confirm_erp_order", "done"): "Order confirmed",
    ("reserve_stock", "undone"): "Goods given back",
    ("authorize_payment", "undone"): "Payment let go",
    ("refund_payment", "done"): "Payment refunded",
    ("cancel_erp_order", "done"): "Order cancelled",
}
"""Steps a customer cares about; the others are the business's own."""


def web_order(order: Order) -> WebOrder:
    return WebOrder(
        id=order.id,
        status=order.status,
        lines=order.lines,
        total=order.total,
        tax=order.tax,
        placed_at=order.created_at,
        reason=(order.failure.detail or order.failure.title) if order.failure else None,
        history=[
            HistoryEntry(at=entry.at, what=WORDS[entry.step, entry.outcome])
            for entry in order.timeline
            if (entry.step, entry.outcome) in WORDS
        ],
    )
