"""What the mobile screens show: pure functions from the composed view to small answers."""

from contracts.models.experience.mobile.v1 import Home, HomeActivity, HomeOrder
from contracts.models.process.customers.v1 import CustomerView

OPEN = frozenset({"placing", "placed", "cancelling", "attention"})
OPEN_ORDERS = 5
ACTIVITIES = 3
TEXT = 60
"""Characters; at four bytes each the whole screen still fits its 2,048 bytes."""


def home(view: CustomerView) -> Home:
    waiting = [order for order in view.orders or [] if order.status in OPEN]
    return Home(
        name=_short(view.profile.name) if view.profile else None,
        open_orders=[
            HomeOrder(id=o.id, status=o.status, total=o.total) for o in waiting[:OPEN_ORDERS]
        ],
        recent=[
            HomeActivity(what=_short(a.subject), at=a.at)
            for a in (view.activities or [])[:ACTIVITIES]
        ],
        degraded=view.degraded,
    )


def _short(text: str) -> str:
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"
