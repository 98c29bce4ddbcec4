# generated from contracts/experience/web/v1.yaml; do not edit
"""Web Experience API 1.0.0, as its callers see it."""

from urllib.parse import quote

from contracts.models.experience.web.v1 import Cart, WebOrder
from runtime.calls.client import ApiClient


class WebClient(ApiClient):
    api = "experience/web/v1"

    async def checkout(self, body: Cart, *, idempotency_key: str | None = None) -> WebOrder:
        """Order what is in the cart."""
        return await self.call("POST", "/checkout", WebOrder, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_order(self, order_id: str) -> WebOrder:
        """One of the customer's own orders."""
        return await self.call("GET", f"/orders/{quote(order_id, safe='')}", WebOrder)

    async def cancel_order(self, order_id: str) -> WebOrder:
        """Cancel one of the customer's own orders."""
        return await self.call("POST", f"/orders/{quote(order_id, safe='')}/cancel", WebOrder)
