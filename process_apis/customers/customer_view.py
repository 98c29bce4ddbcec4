"""Who a customer is, what is on its way and what happened lately: what can be had, and what cannot."""

import asyncio
from collections.abc import Collection, Mapping

from contracts.clients.process.orders.v1 import OrdersClient
from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.process.customers.v1 import (
    Account,
    CustomerView,
    OrderSummary,
    PartName,
    RecentActivity,
)
from process_apis.customers.answers import Answers, Heard, Part, Told
from process_apis.customers.profile import profile_of
from runtime.problems import Missing

erp, crm, orders = ErpClient(), CrmClient(), OrdersClient()

RECENT = 10
"""How many orders and activities the view holds at most."""


async def customer_view(
    customer_id: str, wanted: Collection[str], answers: Answers
) -> CustomerView:
    """The parts side by side; one that cannot be had is said. Raises Missing when
    the ERP is asked and knows no such customer."""
    try:
        heard = await asyncio.gather(
            *(
                answers.hear(name, part, customer_id)
                for name, part in PARTS.items()
                if name in wanted
            )
        )
    except Missing:
        answers.forget(customer_id)
        raise
    now = answers.now()
    return CustomerView.model_validate(
        {
            "customer_id": customer_id,
            "external_ids": _external_ids(heard),
            **{it.name: it.shown(now) for it in heard},
            "degraded": [degraded for it in heard if (degraded := it.degraded())],
        }
    )


async def _profile(customer_id: str) -> Told:
    customer = await erp.get_customer(customer_id)
    return Told(value=profile_of(customer), external_id=customer.external_id)


async def _addresses(customer_id: str) -> Told:
    return Told(value=(await erp.list_addresses(customer_id)).items)


async def _account(customer_id: str) -> Told:
    try:
        account = await crm.get_account(customer_id)
    except Missing:
        return Told(empty="no-account")
    return Told(value=Account(segment=account.segment), external_id=account.external_id)


async def _orders(customer_id: str) -> Told:
    found = await orders.list_orders(customer_id=customer_id, limit=RECENT)
    return Told(
        value=[
            OrderSummary(id=o.id, status=o.status, total=o.total, created_at=o.created_at)
            for o in found.items
        ]
    )


async def _activities(customer_id: str) -> Told:
    try:
        page = await crm.list_activities(customer_id, limit=RECENT)
    except Missing:  # without an account nothing has happened
        return Told(value=[], empty="no-account")
    return Told(value=[RecentActivity(kind=a.kind, subject=a.subject, at=a.at) for a in page.items])


PARTS: Mapping[PartName, Part] = {
    "profile": Part("erp", _profile),
    "addresses": Part("erp", _addresses),
    "account": Part("crm", _account),
    "orders": Part("orders", _orders),
    "activities": Part("crm", _activities),
}
"""Members of the view. A name that comes twice is refused by ruff (F601), one that is no part by mypy; that
none is also another member's, or is left out, by tests/process_apis/customers/test_parts.py."""

ALL = frozenset(PARTS)


def _external_ids(heard: list[Heard]) -> list[dict[str, str]]:
    told = [(it.part.source, it.kept.told.external_id) for it in heard if it.kept]
    return [{"system": system, "id": id_} for system, id_ in told if id_ is not None]
