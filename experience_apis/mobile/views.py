"""What the mobile screens show: pure functions from a Process API's answer to a small one."""

from contracts.models.canonical import Order
from contracts.models.experience.mobile.v1 import (
    Degraded,
    Home,
    HomeActivity,
    HomeOrder,
    OrderPage,
    OrderSummary,
    Profile,
    ProfileUpdate,
)
from contracts.models.process.customers.v1 import CustomerView, PartName
from contracts.models.process.customers.v1 import Profile as FullProfile
from contracts.models.process.customers.v1 import ProfileUpdate as FullUpdate
from contracts.models.process.orders.v1 import Orders
from experience_apis.mobile.text import short, short_or_none

OPEN = frozenset({"placing", "placed", "shipped", "cancelling", "attention"})
OPEN_ORDERS = 5
ACTIVITIES = 3

SHOWN: list[PartName] = ["profile", "orders", "activities"]
"""The parts of the view that are on the home screen."""


def home(view: CustomerView) -> Home:
    orders = view.orders.value if view.orders else []
    activities = view.activities.value if view.activities else []
    waiting = [order for order in orders if order.status in OPEN]
    return Home(
        name=short(view.profile.value.name) if view.profile else None,
        open_orders=[
            HomeOrder(id=o.id, status=o.status, total=o.total) for o in waiting[:OPEN_ORDERS]
        ],
        recent=[HomeActivity(what=short(a.subject), at=a.at) for a in activities[:ACTIVITIES]],
        degraded=[Degraded.model_validate(it, from_attributes=True) for it in view.degraded],
        as_of=min((it.last_answer_at for it in view.degraded if it.last_answer_at), default=None),
    )


def summary(order: Order) -> OrderSummary:
    return OrderSummary(
        id=order.id, status=order.status, total=order.total, placed_at=order.created_at
    )


def order_page(found: Orders) -> OrderPage:
    return OrderPage(items=[summary(order) for order in found.items], next_cursor=found.next_cursor)


def profile(full: FullProfile) -> Profile:
    """Longer than any that can be put: what is shown here is sent back changed."""
    return Profile(
        name=short(full.name, 255),
        email=short(full.email, 320),
        phone=short_or_none(full.phone, 120),
        version=full.version,
    )


def profile_update(update: FullUpdate) -> ProfileUpdate:
    return ProfileUpdate(
        status=update.status, profile=profile(update.profile) if update.profile else None
    )
