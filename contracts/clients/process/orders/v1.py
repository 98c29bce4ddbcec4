# generated from contracts/process/orders/v1.yaml; do not edit
"""Orders Process API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.canonical import Order
from contracts.models.process.orders.v1 import Bulk, BulkLines, Invoice, NewBulk, NewOrder, NewReturn, Orders, RepeatOrder, Return, Returns, ShipmentNotice, Tracking
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class OrdersClient(ApiClient):
    api = "process/orders/v1"

    async def list_orders(self, *, customer_id: str, limit: int | None = None, cursor: str | None = None) -> Orders:
        """The orders of a customer, newest first."""
        return await self.call("GET", "/orders", Orders, query={'customerId': customer_id, 'limit': limit, 'cursor': cursor})

    async def place_order(self, body: NewOrder, *, idempotency_key: str | None = None) -> Order:
        """Place an order."""
        return await self.call("POST", "/orders", Order, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_order(self, order_id: str) -> Order:
        """An order with its timeline."""
        return await self.call("GET", f"/orders/{segment(order_id)}", Order)

    async def track_order(self, order_id: str) -> Tracking:
        """What has happened to an order by which system, what comes next, and who has to act."""
        return await self.call("GET", f"/orders/{segment(order_id)}/tracking", Tracking)

    async def cancel_order(self, order_id: str) -> Order:
        """Cancel an order; again changes nothing."""
        return await self.call("POST", f"/orders/{segment(order_id)}/cancel", Order)

    async def repeat_order(self, order_id: str, body: RepeatOrder, *, idempotency_key: str | None = None) -> Order:
        """Order the same again, at the prices of today."""
        return await self.call("POST", f"/orders/{segment(order_id)}/repeat", Order, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_invoice(self, order_id: str) -> Invoice:
        """The invoice of an order, as the ERP issued it."""
        return await self.call("GET", f"/orders/{segment(order_id)}/invoice", Invoice)

    async def list_returns(self, order_id: str) -> Returns:
        """The returns of an order, the oldest first."""
        return await self.call("GET", f"/orders/{segment(order_id)}/returns", Returns)

    async def return_order(self, order_id: str, body: NewReturn, *, idempotency_key: str | None = None) -> Return:
        """Give goods of a placed order back, and get their price back."""
        return await self.call("POST", f"/orders/{segment(order_id)}/returns", Return, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_return(self, order_id: str, return_id: str) -> Return:
        """A return with its timeline."""
        return await self.call("GET", f"/orders/{segment(order_id)}/returns/{segment(return_id)}", Return)

    async def place_bulk(self, body: NewBulk, *, idempotency_key: str | None = None) -> Bulk:
        """Place up to 1,000 orders; each is answered on its own."""
        return await self.call("POST", "/bulk-orders", Bulk, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_bulk(self, bulk_id: str) -> Bulk:
        """How far a bulk has come."""
        return await self.call("GET", f"/bulk-orders/{segment(bulk_id)}", Bulk)

    async def list_bulk_lines(self, bulk_id: str, *, limit: int | None = None, cursor: str | None = None, outcome: Literal['running', 'placed', 'failed', 'attention'] | None = None) -> BulkLines:
        """What has become of each order of a bulk, in the order they were sent."""
        return await self.call("GET", f"/bulk-orders/{segment(bulk_id)}/lines", BulkLines, query={'limit': limit, 'cursor': cursor, 'outcome': outcome})

    async def receive_shipment_notice(self, body: ShipmentNotice, *, webhook_id: str, webhook_timestamp: str, webhook_signature: str) -> None:
        """The ERP tells that goods have left, or arrived."""
        await self.tell("POST", "/shipment-notices", headers={'webhook-id': webhook_id, 'webhook-timestamp': webhook_timestamp, 'webhook-signature': webhook_signature}, body=body)

    async def receive_payment_event(self) -> None:
        """The payment provider tells what has become of a payment."""
        await self.tell("POST", "/payment-events")
