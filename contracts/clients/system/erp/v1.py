# generated from contracts/system/erp/v1.yaml; do not edit
"""ERP System API 1.0.0, as its callers see it."""

from typing import Literal
from urllib.parse import quote

from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import Addresses, CustomerAddress, NewSalesOrder, ProductPrice, SalesOrder
from runtime.calls.client import ApiClient


class ErpClient(ApiClient):
    api = "system/erp/v1"

    async def get_customer(self, customer_id: str) -> Customer:
        """A customer by id."""
        return await self.call("GET", f"/customers/{quote(customer_id, safe='')}", Customer)

    async def put_customer(self, customer_id: str, body: CustomerProfile) -> Customer:
        """Create or update a customer under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/customers/{quote(customer_id, safe='')}", Customer, body=body)

    async def list_addresses(self, customer_id: str) -> Addresses:
        """The addresses of a customer."""
        return await self.call("GET", f"/customers/{quote(customer_id, safe='')}/addresses", Addresses)

    async def put_address(self, customer_id: str, kind: Literal['billing', 'delivery'], body: Address) -> CustomerAddress:
        """Set the billing or the delivery address; again changes nothing."""
        return await self.call("PUT", f"/customers/{quote(customer_id, safe='')}/addresses/{quote(kind, safe='')}", CustomerAddress, body=body)

    async def get_product_price(self, sku: str, *, currency: str, cache_control: str | None = None) -> ProductPrice:
        """The list price of a product."""
        return await self.call("GET", f"/products/{quote(sku, safe='')}/price", ProductPrice, query={'currency': currency}, headers={'Cache-Control': cache_control})

    async def get_sales_order(self, order_id: str) -> SalesOrder:
        """A sales order by the caller's id."""
        return await self.call("GET", f"/sales-orders/{quote(order_id, safe='')}", SalesOrder)

    async def put_sales_order(self, order_id: str, body: NewSalesOrder) -> SalesOrder:
        """Enter a sales order under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/sales-orders/{quote(order_id, safe='')}", SalesOrder, body=body)

    async def cancel_sales_order(self, order_id: str) -> None:
        """Cancel a sales order; harmless when there is none."""
        await self.tell("DELETE", f"/sales-orders/{quote(order_id, safe='')}")

    async def confirm_sales_order(self, order_id: str) -> SalesOrder:
        """Confirm an entered sales order; again changes nothing."""
        return await self.call("POST", f"/sales-orders/{quote(order_id, safe='')}/confirm", SalesOrder)
