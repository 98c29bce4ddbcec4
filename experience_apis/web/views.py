"""What the web pages show: pure functions from what the Process APIs answer."""

from typing import TypeVar

from pydantic import BaseModel

from contracts.models.canonical import Order, Problem
from contracts.models.experience.web.v1 import (
    Account,
    AccountUpdate,
    Addresses,
    HistoryEntry,
    Links,
    OrderLinks,
    OrderSummary,
    Profile,
    SignUp,
    WebOrder,
    WebOrders,
    WebReturn,
)
from contracts.models.process.customers.v1 import CustomerView, PartName, ProfileUpdate
from contracts.models.process.onboarding.v1 import Onboarding
from contracts.models.process.orders.v1 import Orders, Return
from experience_apis.web import links
from runtime.problems import NAMESPACE

M = TypeVar("M", bound=BaseModel)

WORDS = {
    ("price_order", "done"): "Prices checked",
    ("reserve_stock", "done"): "Goods set aside",
    ("authorize_payment", "done"): "Payment approved",
    ("authorize_payment", "failed"): "Payment not approved",
    ("create_erp_order", "done"): "Order entered",
    ("capture_payment", "done"): "Payment taken",
    ("confirm_erp_order", "done"): "Order confirmed",
    ("shipped", "done"): "Goods sent",
    ("delivered", "done"): "Goods delivered",
    ("record_return", "done"): "Return recorded",
    ("refund_goods", "done"): "Money given back",
    ("reserve_stock", "undone"): "Goods given back",
    ("authorize_payment", "undone"): "Payment let go",
    ("refund_payment", "done"): "Payment refunded",
    ("cancel_erp_order", "done"): "Order cancelled",
}
"""Steps a customer cares about; the others are the business's own."""

ACCOUNT: list[PartName] = ["profile", "account"]
ADDRESSES: list[PartName] = ["addresses"]
"""The parts of the view of a customer that each page shows."""

UNTOLD = frozenset(
    NAMESPACE + kind for kind in ("screening-rejected", "review-rejected", "review-expired")
)
"""Why somebody was not taken on that must not be told: it may be who must not be warned."""


def same(kind: type[M], held: BaseModel) -> M:
    """What `kind` has room for, under the same names."""
    return kind.model_validate(held, from_attributes=True)


def web_order(order: Order) -> WebOrder:
    return WebOrder(
        id=order.id,
        status=order.status,
        at_rest=order.at_rest,
        lines=order.lines,
        total=order.total,
        tax=order.tax,
        placed_at=order.created_at,
        reason=_in_words(order.failure),
        history=[
            HistoryEntry(at=entry.at, what=WORDS[entry.step, entry.outcome])
            for entry in order.timeline
            if (entry.step, entry.outcome) in WORDS
        ],
        links=_order_links(order.id),
    )


def web_orders(page: Orders) -> WebOrders:
    return WebOrders(items=[_summary(it) for it in page.items], next_cursor=page.next_cursor)


def _summary(order: Order) -> OrderSummary:
    return OrderSummary(
        id=order.id,
        status=order.status,
        at_rest=order.at_rest,
        total=order.total,
        placed_at=order.created_at,
        links=_order_links(order.id),
    )


def _order_links(order_id: str) -> OrderLinks:
    return OrderLinks(self=links.order_url(order_id), events=links.events_url(order_id))


def web_return(back: Return) -> WebReturn:
    return WebReturn(
        id=back.id,
        order_id=back.order_id,
        status=back.status,
        lines=back.lines,
        refund=back.refund,
        reason=back.reason,
        failure=_in_words(back.failure),
        requested_at=back.created_at,
        links=Links(self=links.return_url(back.order_id, back.id)),
    )


def account(view: CustomerView) -> Account:
    return same(Account, view)


def addresses(view: CustomerView) -> Addresses:
    return same(Addresses, view)


def account_update(update: ProfileUpdate) -> AccountUpdate:
    return AccountUpdate(
        id=update.id,
        status=update.status,
        profile=same(Profile, update.profile) if update.profile else None,
        failure=_in_words(update.failure),
        requested_at=update.created_at,
        links=Links(self=links.update_url(update.id)),
    )


def sign_up(onboarding: Onboarding) -> SignUp:
    failure = onboarding.failure
    told = failure if failure and failure.type not in UNTOLD else None
    return SignUp(
        id=onboarding.id,
        status=onboarding.status,
        customer_id=onboarding.customer_id,
        welcome=onboarding.welcome,
        reason=_in_words(told),
        requested_at=onboarding.created_at,
        links=Links(self=links.sign_up_url(onboarding.id)),
    )


def _in_words(failure: Problem | None) -> str | None:
    return (failure.detail or failure.title) if failure else None
