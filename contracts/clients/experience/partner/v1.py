# generated from contracts/experience/partner/v1.yaml; do not edit
"""Partner Experience API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.canonical import NewSubscription, Subscription
from contracts.models.experience.partner.v1 import NewPartnerBulk, NewPartnerOrder, NewPartnerReturn, PartnerBulk, PartnerBulkLines, PartnerOrder, PartnerOrders, PartnerReturn, PartnerReturns, PartnerStock, PartnerSubscriptions, PartnerTracking, PartnerUsage
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class PartnerClient(ApiClient):
    api = "experience/partner/v1"

    async def list_orders(self, *, limit: int | None = None, cursor: str | None = None) -> PartnerOrders:
        """The partner's own orders, newest first."""
        return await self.call("GET", "/orders", PartnerOrders, query={'limit': limit, 'cursor': cursor})

    async def place_order(self, body: NewPartnerOrder) -> PartnerOrder:
        """Place an order."""
        return await self.call("POST", "/orders", PartnerOrder, body=body)

    async def get_order(self, order_id: str) -> PartnerOrder:
        """One of the partner's own orders."""
        return await self.call("GET", f"/orders/{segment(order_id)}", PartnerOrder)

    async def track_order(self, order_id: str) -> PartnerTracking:
        """What has happened to an order, and what comes next."""
        return await self.call("GET", f"/orders/{segment(order_id)}/tracking", PartnerTracking)

    async def cancel_order(self, order_id: str) -> PartnerOrder:
        """Cancel an order; again changes nothing."""
        return await self.call("POST", f"/orders/{segment(order_id)}/cancel", PartnerOrder)

    async def list_returns(self, order_id: str) -> PartnerReturns:
        """The returns of an order, the oldest first."""
        return await self.call("GET", f"/orders/{segment(order_id)}/returns", PartnerReturns)

    async def return_order(self, order_id: str, body: NewPartnerReturn, *, idempotency_key: str | None = None) -> PartnerReturn:
        """Give goods of a placed order back, and get their price back."""
        return await self.call("POST", f"/orders/{segment(order_id)}/returns", PartnerReturn, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_return(self, order_id: str, return_id: str) -> PartnerReturn:
        """A return."""
        return await self.call("GET", f"/orders/{segment(order_id)}/returns/{segment(return_id)}", PartnerReturn)

    async def place_bulk(self, body: NewPartnerBulk, *, idempotency_key: str | None = None) -> PartnerBulk:
        """Place up to 1,000 orders; each is answered on its own."""
        return await self.call("POST", "/bulk-orders", PartnerBulk, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_bulk(self, bulk_id: str) -> PartnerBulk:
        """How far a bulk has come."""
        return await self.call("GET", f"/bulk-orders/{segment(bulk_id)}", PartnerBulk)

    async def list_bulk_lines(self, bulk_id: str, *, limit: int | None = None, cursor: str | None = None, outcome: Literal['running', 'placed', 'failed', 'attention'] | None = None) -> PartnerBulkLines:
        """What has become of each order of a bulk, in the order they were sent."""
        return await self.call("GET", f"/bulk-orders/{segment(bulk_id)}/lines", PartnerBulkLines, query={'limit': limit, 'cursor': cursor, 'outcome': outcome})

    async def list_stock_changes(self, *, since: str | None = None, limit: int | None = None) -> PartnerStock:
        """Whose stock has changed since the token of the call before."""
        return await self.call("GET", "/stock", PartnerStock, query={'since': since, 'limit': limit})

    async def get_usage(self) -> PartnerUsage:
        """How often this client has called, and how often it still may."""
        return await self.call("GET", "/usage", PartnerUsage)

    async def list_subscriptions(self) -> PartnerSubscriptions:
        """The partner's own subscriptions, the oldest first."""
        return await self.call("GET", "/subscriptions", PartnerSubscriptions)

    async def create_subscription(self, body: NewSubscription, *, idempotency_key: str | None = None) -> Subscription:
        """Be told of events at a URL."""
        return await self.call("POST", "/subscriptions", Subscription, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_subscription(self, subscription_id: str) -> Subscription:
        """One of the partner's own subscriptions."""
        return await self.call("GET", f"/subscriptions/{segment(subscription_id)}", Subscription)

    async def put_subscription(self, subscription_id: str, body: NewSubscription) -> Subscription:
        """Change a subscription as a whole, its secret excepted; again changes nothing."""
        return await self.call("PUT", f"/subscriptions/{segment(subscription_id)}", Subscription, body=body)

    async def delete_subscription(self, subscription_id: str) -> None:
        """Be told no more; harmless when there is none."""
        await self.tell("DELETE", f"/subscriptions/{segment(subscription_id)}")

    async def rotate_secret(self, subscription_id: str) -> Subscription:
        """Have another signing secret."""
        return await self.call("POST", f"/subscriptions/{segment(subscription_id)}/secret", Subscription)
