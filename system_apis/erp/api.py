"""Customers, prices and sales orders, whichever ERP keeps them."""

from typing import Annotated, Literal

from connectors import connected
from connectors.erp import Erp
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import (
    Addresses,
    CustomerAddress,
    FoundCustomers,
    Invoice,
    NewSalesOrder,
    NewSalesReturn,
    ProductPage,
    ProductPrice,
    SalesOrder,
    SalesReturn,
    SalesReturns,
)
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened
from runtime.problems import Rejected

api = Api("system/erp/v1", opens=connected("erp"))
Backend = Annotated[Erp, Opened]


@api.operation("findCustomers")
async def find_customers(
    name: str | None,
    email: str | None,
    postal_code: str | None,
    *,
    limit: int,
    cursor: str | None,
    erp: Backend,
) -> FoundCustomers:
    if name is None and email is None and postal_code is None:
        wanted = "a name, an e-mail address or a postal code is needed"
        error = {"detail": wanted, "parameter": "name", "in": "query"}
        title = "A parameter is not valid"
        raise Rejected(kind="invalid-parameter", title=title, status=400, errors=[error])
    return await erp.find_customers(name, email, postal_code, limit, cursor)


@api.operation("getCustomer")
async def get_customer(customer_id: str, erp: Backend) -> Customer:
    return await erp.get_customer(customer_id)


@api.operation("putCustomer")
async def put_customer(customer_id: str, body: CustomerProfile, erp: Backend) -> Customer:
    return await erp.put_customer(customer_id, body)


@api.operation("retireCustomer")
async def retire_customer(customer_id: str, erp: Backend) -> None:
    await erp.retire_customer(customer_id)


@api.operation("listAddresses")
async def list_addresses(customer_id: str, erp: Backend) -> Addresses:
    return Addresses(items=await erp.list_addresses(customer_id))


@api.operation("putAddress")
async def put_address(
    customer_id: str, kind: Literal["billing", "delivery"], body: Address, erp: Backend
) -> CustomerAddress:
    return await erp.put_address(customer_id, kind, body)


@api.operation("getCustomerByExternalId")
async def get_customer_by_external_id(external_id: str, erp: Backend) -> Customer:
    return await erp.get_customer_by_external_id(external_id)


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


@api.operation("listReturns")
async def list_returns(order_id: str, erp: Backend) -> SalesReturns:
    return SalesReturns(items=await erp.list_returns(order_id))


@api.operation("putReturn")
async def put_return(
    order_id: str, return_id: str, body: NewSalesReturn, erp: Backend
) -> SalesReturn:
    return await erp.put_return(order_id, return_id, body)


@api.operation("withdrawReturn")
async def withdraw_return(order_id: str, return_id: str, erp: Backend) -> None:
    await erp.withdraw_return(order_id, return_id)


@api.operation("listProducts")
async def list_products(q: str | None, limit: int, cursor: str | None, erp: Backend) -> ProductPage:
    return await erp.list_products(q, limit, cursor)


@api.operation("getInvoice")
async def get_invoice(order_id: str, erp: Backend) -> Invoice:
    return await erp.get_invoice(order_id)
