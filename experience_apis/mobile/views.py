"""What the mobile screens show: pure functions from the composed view to small answers."""

from contracts.models.experience.mobile.v1 import Home, HomeActivity, HomeOrder
from contracts.models.process.customers.v1 import CustomerView, PartName

OPEN = frozenset({"placing", "placed", "shipped", "cancelling", "attention"})
OPEN_ORDERS = 5
ACTIVITIES = 3
TEXT = 60
"""Characters at most, as in the contract, whose budget of bytes counts on it."""
NO_CONTROL = dict.fromkeys(range(0x20), " ")

SHOWN: list[PartName] = ["profile", "orders", "activities"]
"""The parts of the view that are on the home screen."""


def home(view: CustomerView) -> Home:
    orders = view.orders.value if view.orders else []
    activities = view.activities.value if view.activities else []
    waiting = [order for order in orders if order.status in OPEN]
    return Home(
        name=_short(view.profile.value.name) if view.profile else None,
        open_orders=[
            HomeOrder(id=o.id, status=o.status, total=o.total) for o in waiting[:OPEN_ORDERS]
        ],
        recent=[HomeActivity(what=_short(a.subject), at=a.at) for a in activities[:ACTIVITIES]],
        degraded=sorted({it.source for it in view.degraded}),
        as_of=min((it.last_answer_at for it in view.degraded if it.last_answer_at), default=None),
    )


def _short(text: str) -> str:
    line = " ".join(text.translate(NO_CONTROL).split())
    return line if len(line) <= TEXT else line[: TEXT - 1] + "…"
