"""What any ERP must be able to do for us."""

from abc import abstractmethod
from typing import Literal

from connectors.port import Port
from contracts.models.canonical import Address, Customer, CustomerProfile
from contracts.models.system.erp.v1 import (
    CustomerAddress,
    NewSalesOrder,
    ProductPrice,
    SalesOrder,
)

AddressKind = Literal["billing", "delivery"]


class Erp(Port):
    @abstractmethod
    async def get_customer(self, customer_id: str) -> Customer:
        """The customer; Missing when there is none."""

    @abstractmethod
    async def put_customer(self, customer_id: str, profile: CustomerProfile) -> Customer:
        """Create or update under our id; again with the same profile changes nothing."""

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
        """The list price of one unit; Missing for an unknown product, Rejected for a currency
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
        """Cancel it, confirmed or not; harmless when there is none or it is cancelled."""

    @abstractmethod
    async def confirm_sales_order(self, order_id: str) -> SalesOrder:
        """Confirm an entered order; again changes nothing; a cancelled one is Rejected with 409."""
