"""Tryton 8 as the ERP: parties, products and sales, over JSON-RPC (vendors/tryton says how).

Quirks, each with *why this matters*:

1. `code` of a party is unique, also among deactivated ones; identifiers, which are meant for
   numbers of others, are not. *Our id is the code: that makes creating a customer twice
   impossible.*
2. A deactivated party disappears from searches unless they ask for it, and keeps its name. *It is
   our blocked customer; not found, it would be created again, and refused by 1.*
3. `email` and `phone` of a party are computed from its first contact of that type. *They cannot be
   written; we write the contact.*
4. An address may lack anything, and any number may have the same flag. *We have one of a kind: the
   first is shown, and one that is incomplete is not.*
5. An order points at an address, it has no copy. *Changing the text would change where old orders
   went: another address gets the flag instead, and nothing is lost.*
6. `reference` of a sale is not unique, and Tryton has nothing else that is. *We look before we
   create, and again after, also when the answer was lost. If two callers created at once there are
   two: both see both, the older one is the order, and each cancels the other one, which is still a
   draft.*
7. A draft has no number and is not binding; a quotation is numbered, shown to everybody, and can be
   cancelled. *It is our entered order; a draft is one whose entering broke off, taken up again.*
8. Confirming starts processing by itself, and a sale in process cannot be cancelled, reopened or
   deleted. *A confirmed order is cancelled as people do it: by a sale of the same lines with
   negative quantities, `<order id>/cancel`. The order counts as cancelled once that one is
   confirmed.*
9. A cancelled sale can be reopened. *Nothing here does: an id is used once.*
10. A cancel that overtakes the create finds nothing. *Tryton serves calls in line, so this takes a
    second worker; then only a second cancel removes the order.*
11. Methods `manual`: neither shipments nor invoices follow from the sale. *Stock is held by the
    inventory connector, and would be taken twice.*
12. Foreign keys are not checked: a sale of nobody is accepted. *We look the customer up first.*
"""

from connectors.erp import AddressKind, Erp
from connectors.erp.tryton.catalogue import Catalogue
from connectors.erp.tryton.customers import Customers
from connectors.erp.tryton.orders import Orders
from connectors.reach import Reach
from connectors.vendors.tryton import TrytonOptions
from connectors.vendors.tryton.session import Session
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import CustomerAddress, NewSalesOrder, ProductPrice, SalesOrder


class Options(TrytonOptions):
    """Which company it is about is a matter of the user's own settings in Tryton."""


class Connector(Erp):
    def __init__(self, options: Options, reach: Reach) -> None:
        tryton = Session("erp", options, reach)
        self._customers = Customers(tryton)
        self._catalogue = Catalogue(tryton)
        self._orders = Orders(tryton, self._customers, self._catalogue)

    async def get_customer(self, customer_id: str) -> Customer:
        return await self._customers.get(customer_id)

    async def put_customer(self, customer_id: str, profile: CustomerProfile) -> Customer:
        return await self._customers.put(customer_id, profile)

    async def list_addresses(self, customer_id: str) -> list[CustomerAddress]:
        return await self._customers.addresses(customer_id)

    async def put_address(
        self, customer_id: str, kind: AddressKind, address: Address
    ) -> CustomerAddress:
        return await self._customers.put_address(customer_id, kind, address)

    async def product_price(self, sku: str, currency: str) -> ProductPrice:
        return await self._catalogue.price(sku, currency)

    async def put_sales_order(self, order_id: str, order: NewSalesOrder) -> SalesOrder:
        return await self._orders.put(order_id, order)

    async def get_sales_order(self, order_id: str) -> SalesOrder:
        return await self._orders.get(order_id)

    async def cancel_sales_order(self, order_id: str) -> None:
        await self._orders.cancel(order_id)

    async def confirm_sales_order(self, order_id: str) -> SalesOrder:
        return await self._orders.confirm(order_id)
