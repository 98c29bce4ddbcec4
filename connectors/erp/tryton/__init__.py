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
13. List prices are without tax, and taxes hang on the account category; a line made over RPC gets
    none. *Our prices include the tax: it is added to what we show, and the lines carry that price
    with no tax of their own, so that a sale comes to what the customer pays.*
14. The code of a deleted party is free again. *A retired customer is an inactive party with an
    identifier that says so, which a blocked one has not: a create that comes late is refused. What
    is known of it stays until Tryton's own wizard erases it.*
15. Tryton lets more come back than was sold, and several at once. *Each return is first entered in the
    comment of the order's sale, by a change that fails if there was another since (`register.py`);
    a cancellation is entered there too. Only then there is a sale of negative quantities,
    `<order id>/return/<return id>`.*
16. An invoice follows from no sale of ours (11): people make it, and until it is posted it is a draft
    without a number; it has a day and no time. *Until then there is none; its day is told as that
    day's midnight, UTC. A credit note is one more invoice, to which the sale does not lead: `credited`
    is never told.*
17. A code may be missing, may be another product's too, and may have characters that no sku of ours
    has. *Such products cannot be ordered by us and are not listed; of several the oldest is.*
"""

from connectors.erp import AddressKind, Erp
from connectors.erp.tryton.catalogue import Catalogue
from connectors.erp.tryton.customers import Customers
from connectors.erp.tryton.invoices import Invoices
from connectors.erp.tryton.listing import Listing
from connectors.erp.tryton.orders import Orders
from connectors.erp.tryton.returns import Returns
from connectors.reach import Reach
from connectors.vendors.tryton import TrytonOptions
from connectors.vendors.tryton.session import Session
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import (
    CustomerAddress,
    FoundCustomers,
    Invoice,
    NewSalesOrder,
    NewSalesReturn,
    ProductPage,
    ProductPrice,
    SalesOrder,
    SalesReturn,
)


class Options(TrytonOptions):
    """Which company it is about is a matter of the user's own settings in Tryton."""


class Connector(Erp):
    def __init__(self, options: Options, reach: Reach) -> None:
        tryton = Session("erp", options, reach)
        self._customers = Customers(tryton)
        self._catalogue = Catalogue(tryton)
        self._orders = Orders(tryton, self._customers, self._catalogue)
        self._returns = Returns(self._orders)
        self._listing = Listing(tryton, self._catalogue)
        self._invoices = Invoices(tryton)

    async def get_customer(self, customer_id: str) -> Customer:
        return await self._customers.get(customer_id)

    async def put_customer(self, customer_id: str, profile: CustomerProfile) -> Customer:
        return await self._customers.put(customer_id, profile)

    async def get_customer_by_external_id(self, external_id: str) -> Customer:
        return await self._customers.get_by_party(external_id)

    async def retire_customer(self, customer_id: str) -> None:
        await self._customers.retire(customer_id)

    async def find_customers(
        self,
        name: str | None,
        email: str | None,
        postal_code: str | None,
        limit: int,
        cursor: str | None,
    ) -> FoundCustomers:
        return await self._customers.search(name, email, postal_code, limit, cursor)

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

    async def put_return(self, order_id: str, return_id: str, goods: NewSalesReturn) -> SalesReturn:
        return await self._returns.put(order_id, return_id, goods)

    async def withdraw_return(self, order_id: str, return_id: str) -> None:
        await self._returns.withdraw(order_id, return_id)

    async def list_returns(self, order_id: str) -> list[SalesReturn]:
        return await self._returns.list(order_id)

    async def list_products(self, query: str | None, limit: int, cursor: str | None) -> ProductPage:
        return await self._listing.page(query, limit, cursor)

    async def get_invoice(self, order_id: str) -> Invoice:
        return await self._invoices.of_sale(order_id, await self._orders.sale(order_id))
