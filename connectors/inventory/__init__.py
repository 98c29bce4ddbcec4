"""What any warehouse must be able to do for us."""

from abc import abstractmethod

from connectors.port import Port
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Reservation, StockList


class Inventory(Port):
    @abstractmethod
    async def list_stock(self, skus: list[str]) -> StockList:
        """What can be promised now, in the order asked; unknown products are listed as such."""

    @abstractmethod
    async def put_reservation(
        self, reservation_id: str, lines: list[OrderLine], expires_in: int
    ) -> Reservation:
        """Hold all lines or none, for `expires_in` seconds; again with the same lines changes nothing.

        Rejected with 409: `out-of-stock` (an error points at each short line, `/lines/<i>/quantity`),
        `conflict` (other lines under this id), `released` (it was let go before). Rejected with 422:
        `unknown-sku` (an error points at each, `/lines/<i>/sku`).
        """

    @abstractmethod
    async def get_reservation(self, reservation_id: str) -> Reservation:
        """The reservation, also when expired or released; Missing when there never was one."""

    @abstractmethod
    async def release_reservation(self, reservation_id: str) -> None:
        """Give the stock back, committed or not; harmless when nothing is held."""

    @abstractmethod
    async def commit_reservation(self, reservation_id: str) -> Reservation:
        """Allocate for good; again changes nothing; Rejected with 409 once expired or released."""
