"""Customers, prices and sales orders, whichever ERP keeps them."""

from typing import Annotated, Literal

from connectors import connected
from connectors.erp import Erp
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import (
    Addresses,
    CustomerAddress,
    NewSalesOrder,
    ProductPrice,
    SalesOrder,
)
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened

api = Api("system/erp/v1", opens=connected("erp"))
Backend = Annotated[Erp, Opened]


@api.operation("getCustomer")
async def get_customer(customer_id: str, erp: Backend) -> Customer:
    return await erp.get_customer(customer_id)


@api.operation("putCustomer")
async def put_customer(customer_id: str, body: CustomerProfile, erp: Backend) -> Customer:
    return await erp.put_customer(customer_id, body)


@api.operation("listAddresses")
async def list_addresses(customer_id: str, erp: Backend) -> Addresses:
    return Addresses(items=await erp.list_addresses(customer_id))


@api.operation("putAddress")
async def put_address(
    customer_id: str, kind: Literal["billing", "delivery"], body: Address, erp: Backend
) -> CustomerAddress:
    return await erp.put_address(customer_id, kind, body)


@api.operation("getProductPrice")
async def get_product_price(sku: str, currency: str, erp: Backend) -> ProductPrice:
    return await erp.product_price(sku, currency)


@api.operation("putSalesOrder")
async def put_sales_order(order_id: str, body: NewSalesOrder, erp: Backend) -> SalesOrder:
    return await erp.put_sales_order(order_id, body)


@api.operation("getSalesOrder")
async def get_sales_order(order_id: str, erp: Backend) -> SalesOrder:
    return await erp.get_sales_order(order_id)


@api.operation("cancelSalesOrder")
async def cancel_sales_order(order_id: str, erp: Backend) -> None:
    await erp.cancel_sales_order(order_id)


@api.operation("confirmSalesOrder")
async def confirm_sales_order(order_id: str, erp: Backend) -> SalesOrder:
    return await erp.confirm_sales_order(order_id)
