# generated from contracts/process/orders/v1.yaml; do not edit
"""Orders Process API 1.0.0, as its callers see it."""

from urllib.parse import quote

from contracts.models.canonical import Order
from contracts.models.process.orders.v1 import NewOrder, Orders
from runtime.calls.client import ApiClient


class OrdersClient(ApiClient):
    api = "process/orders/v1"

    async def list_orders(self, *, customer_id: str, limit: int | None = None) -> Orders:
        """The orders of a customer, newest first."""
        return await self.call("GET", "/orders", Orders, query={'customerId': customer_id, 'limit': limit})

    async def place_order(self, body: NewOrder, *, idempotency_key: str | None = None) -> Order:
        """Place an order."""
        return await self.call("POST", "/orders", Order, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_order(self, order_id: str) -> Order:
        """An order with its timeline."""
        return await self.call("GET", f"/orders/{quote(order_id, safe='')}", Order)

    async def cancel_order(self, order_id: str) -> Order:
        """Cancel a placed order and give the money back; again changes nothing."""
        return await self.call("POST", f"/orders/{quote(order_id, safe='')}/cancel", Order)
