"""What any ERP must be able to do for us."""

from abc import abstractmethod
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from connectors.port import Port
from contracts.models.canonical import Address, Customer, CustomerProfile, Sku
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

AddressKind = Literal["billing", "delivery"]
_SKU: TypeAdapter[str] = TypeAdapter(Sku)


def is_sku(code: str) -> bool:
    """Whether a product under this code can be named in our words at all."""
    try:
        _SKU.validate_python(code)
    except ValidationError:
        return False
    return True


class Erp(Port):
    @abstractmethod
    async def get_customer(self, customer_id: str) -> Customer:
        """The customer; Missing when there is none."""

    @abstractmethod
    async def put_customer(self, customer_id: str, profile: CustomerProfile) -> Customer:
        """Create or update under our id; again with the same profile changes nothing."""

    @abstractmethod
    async def get_customer_by_external_id(self, external_id: str) -> Customer:
        """The customer the ERP calls so; Missing when there is none."""

    @abstractmethod
    async def retire_customer(self, customer_id: str) -> None:
        """Take back one who never ordered; harmless when there is none. From then on it is Missing,
        and a put under its id is Rejected with 409 (kind `retired`), also one that was on its way.

        Rejected with 409 (kind `has-orders`) when there is a sales order of it, cancelled or not.
        """

    @abstractmethod
    async def find_customers(
        self,
        name: str | None,
        email: str | None,
        postal_code: str | None,
        limit: int,
        cursor: str | None,
    ) -> FoundCustomers:
        """A page of those for whom all that is given holds, and something is: each word is part of
        the name, in any order; whatever the letter case. With the blocked, without the retired."""

    @abstractmethod
    async def list_addresses(self, customer_id: str) -> list[CustomerAddress]:
        """Every address by kind; Missing when there is no such customer."""

    @abstractmethod
    async def put_address(
        self, customer_id: str, kind: AddressKind, address: Address
    ) -> CustomerAddress:
        """Set the one address of this kind; again changes nothing."""

    @abstractmethod
    async def product_price(self, sku: str, currency: str) -> ProductPrice:
        """The list price of one unit, tax included; Missing for an unknown product, Rejected for a currency
        it is not sold in (kind `wrong-currency`)."""

    @abstractmethod
    async def put_sales_order(self, order_id: str, order: NewSalesOrder) -> SalesOrder:
        """Enter the order under our id; again changes nothing, another content is Rejected with
        409 (kind `conflict`), and so is an order already cancelled."""

    @abstractmethod
    async def get_sales_order(self, order_id: str) -> SalesOrder:
        """The order; Missing when there is none."""

    @abstractmethod
    async def cancel_sales_order(self, order_id: str) -> None:
        """Cancel it, confirmed or not; harmless when there is none or it is cancelled.

        Rejected with 409 (`has-returns`) while a return of it stands.
        """

    @abstractmethod
    async def confirm_sales_order(self, order_id: str) -> SalesOrder:
        """Confirm an entered order; again changes nothing; a cancelled one is Rejected with 409."""

    @abstractmethod
    async def put_return(self, order_id: str, return_id: str, goods: NewSalesReturn) -> SalesReturn:
        """Record goods of a confirmed order as come back; again with the same lines changes nothing.

        However many calls race, no more comes back than was sold. Rejected with 409: `exceeds-order`
        (an error points at a line, `/lines/<i>/quantity`), `cancelled` and `not-confirmed` (of the
        order), `conflict` (other lines under this id, or it was withdrawn). Missing without an order.
        """

    @abstractmethod
    async def withdraw_return(self, order_id: str, return_id: str) -> None:
        """Undo it; harmless when there is none, and one that comes late is refused."""

    @abstractmethod
    async def list_returns(self, order_id: str) -> list[SalesReturn]:
        """Those that stand, in the order they were recorded; Missing without an order."""

    @abstractmethod
    async def list_products(self, query: str | None, limit: int, cursor: str | None) -> ProductPage:
        """A page of what is or was sold, by sku, none twice and none left out; with `query`, of those
        that have it in their name or sku, whatever the letter case."""

    @abstractmethod
    async def get_invoice(self, order_id: str) -> Invoice:
        """The invoice of an order. Missing without an order, and (kind `no-invoice`) until the order
        has one; Rejected (kind `not-supported`) by an ERP that shows us no invoices."""
