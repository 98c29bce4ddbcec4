"""Who a customer is, what is on its way and what happened lately: what can be had, and what cannot."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from contracts.clients.process.orders.v1 import OrdersClient
from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.canonical import Customer
from contracts.models.process.customers.v1 import CustomerView, OrderSummary, RecentActivity
from runtime.context import sooner
from runtime.problems import Missing, Unavailable

erp, crm, orders = ErpClient(), CrmClient(), OrdersClient()

RECENT = 10
"""How many orders and activities the view holds at most."""

SHARE = 0.7
"""Of the caller's time that one system may use up, so that a silent one still leaves an answer."""

T = TypeVar("T")


async def customer_view(customer_id: str) -> CustomerView:
    """The parts side by side; one that cannot be had is named. Raises Missing for an unknown customer."""
    degraded: list[str] = []

    async def part(system: str, ask: Callable[[str], Awaitable[T]]) -> T | None:
        try:
            with sooner(SHARE):
                return await ask(customer_id)
        except Unavailable:
            degraded.append(system)
            return None

    profile, summaries, activities = await asyncio.gather(
        part("erp", _profile), part("orders", _orders), part("crm", _activities)
    )
    return CustomerView.model_validate(
        {
            "customer_id": customer_id,
            "profile": profile,
            "orders": summaries,
            "activities": activities,
            "degraded": sorted(degraded),
        }
    )


async def _profile(customer_id: str) -> Customer:
    return await erp.get_customer(customer_id)


async def _orders(customer_id: str) -> list[OrderSummary]:
    found = await orders.list_orders(customer_id=customer_id, limit=RECENT)
    return [
        OrderSummary(id=o.id, status=o.status, total=o.total, created_at=o.created_at)
        for o in found.items
    ]


async def _activities(customer_id: str) -> list[RecentActivity]:
    try:
        page = await crm.list_activities(customer_id, limit=RECENT)
    except Missing:  # the ERP decides who is a customer; without an account nothing has happened
        return []
    return [RecentActivity(kind=a.kind, subject=a.subject, at=a.at) for a in page.items]
