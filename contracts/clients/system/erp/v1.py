# generated from contracts/system/erp/v1.yaml; do not edit
"""ERP System API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import Addresses, CustomerAddress, FoundCustomers, Invoice, NewSalesOrder, NewSalesReturn, ProductPage, ProductPrice, SalesOrder, SalesReturn, SalesReturns
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class ErpClient(ApiClient):
    api = "system/erp/v1"

    async def find_customers(self, *, name: str | None = None, email: str | None = None, postal_code: str | None = None, limit: int | None = None, cursor: str | None = None) -> FoundCustomers:
        """Customers by words of their name, e-mail address or postal code, a page at a time."""
        return await self.call("GET", "/customers", FoundCustomers, query={'name': name, 'email': email, 'postalCode': postal_code, 'limit': limit, 'cursor': cursor})

    async def get_customer(self, customer_id: str) -> Customer:
        """A customer by id."""
        return await self.call("GET", f"/customers/{segment(customer_id)}", Customer)

    async def put_customer(self, customer_id: str, body: CustomerProfile) -> Customer:
        """Create or update a customer under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/customers/{segment(customer_id)}", Customer, body=body)

    async def retire_customer(self, customer_id: str) -> None:
        """Take back a customer who never ordered; harmless when there is none."""
        await self.tell("DELETE", f"/customers/{segment(customer_id)}")

    async def list_addresses(self, customer_id: str) -> Addresses:
        """The addresses of a customer."""
        return await self.call("GET", f"/customers/{segment(customer_id)}/addresses", Addresses)

    async def put_address(self, customer_id: str, kind: Literal['billing', 'delivery'], body: Address) -> CustomerAddress:
        """Set the billing or the delivery address; again changes nothing."""
        return await self.call("PUT", f"/customers/{segment(customer_id)}/addresses/{segment(kind)}", CustomerAddress, body=body)

    async def get_customer_by_external_id(self, external_id: str) -> Customer:
        """A customer by the ERP's own id."""
        return await self.call("GET", f"/external-ids/{segment(external_id)}/customer", Customer)

    async def get_product_price(self, sku: str, *, currency: str, cache_control: str | None = None) -> ProductPrice:
        """The list price of a product, tax included."""
        return await self.call("GET", f"/products/{segment(sku)}/price", ProductPrice, query={'currency': currency}, headers={'Cache-Control': cache_control})

    async def get_sales_order(self, order_id: str) -> SalesOrder:
        """A sales order by the caller's id."""
        return await self.call("GET", f"/sales-orders/{segment(order_id)}", SalesOrder)

    async def put_sales_order(self, order_id: str, body: NewSalesOrder) -> SalesOrder:
        """Enter a sales order under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/sales-orders/{segment(order_id)}", SalesOrder, body=body)

    async def cancel_sales_order(self, order_id: str) -> None:
        """Cancel a sales order; harmless when there is none, refused with 409 when goods came back."""
        await self.tell("DELETE", f"/sales-orders/{segment(order_id)}")

    async def confirm_sales_order(self, order_id: str) -> SalesOrder:
        """Confirm an entered sales order; again changes nothing."""
        return await self.call("POST", f"/sales-orders/{segment(order_id)}/confirm", SalesOrder)

    async def list_returns(self, order_id: str) -> SalesReturns:
        """The returns of a sales order that stand, in the order they were recorded."""
        return await self.call("GET", f"/sales-orders/{segment(order_id)}/returns", SalesReturns)

    async def put_return(self, order_id: str, return_id: str, body: NewSalesReturn) -> SalesReturn:
        """Record goods of a confirmed order as returned, under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/sales-orders/{segment(order_id)}/returns/{segment(return_id)}", SalesReturn, body=body)

    async def withdraw_return(self, order_id: str, return_id: str) -> None:
        """Undo a return; harmless when there is none, and none can be recorded under its id any more."""
        await self.tell("DELETE", f"/sales-orders/{segment(order_id)}/returns/{segment(return_id)}")

    async def list_products(self, *, q: str | None = None, limit: int | None = None, cursor: str | None = None, cache_control: str | None = None) -> ProductPage:
        """What the ERP sells or sold, by sku, a page at a time."""
        return await self.call("GET", "/products", ProductPage, query={'q': q, 'limit': limit, 'cursor': cursor}, headers={'Cache-Control': cache_control})

    async def get_invoice(self, order_id: str) -> Invoice:
        """The invoice of a sales order, as it was issued."""
        return await self.call("GET", f"/sales-orders/{segment(order_id)}/invoice", Invoice)
