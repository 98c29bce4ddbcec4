"""What any warehouse must be able to do for us."""

from abc import abstractmethod
from collections.abc import Container, Mapping, Sequence

from connectors.goods import wanted
from connectors.port import Port
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Receipt, Reservation, StockList
from runtime.problems import Rejected, at


class Inventory(Port):
    @abstractmethod
    async def list_stock(self, skus: list[str]) -> StockList:
        """What can be promised now, in the order asked; unknown products are listed as such."""

    @abstractmethod
    async def put_reservation(
        self, reservation_id: str, lines: list[OrderLine], expires_in: int
    ) -> Reservation:
        """Hold all lines or none, for `expires_in` seconds; again with the same lines changes nothing,
        and holds anew what has expired.

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

    @abstractmethod
    async def put_receipt(self, receipt_id: str, lines: list[OrderLine]) -> Receipt:
        """Take goods into stock under our id; again with the same lines changes nothing.

        Rejected with 409 (`conflict`) for other lines under this id, with 422 (`unknown-sku`, an error
        points at each, `/lines/<i>/sku`; `not-supported` by a warehouse that cannot be told).
        """

    @abstractmethod
    async def get_receipt(self, receipt_id: str) -> Receipt:
        """The receipt; Missing when there is none; Rejected with 422 (`not-supported`) as above."""


def refuse_unknown(lines: Sequence[OrderLine], known: Container[str]) -> None:
    """For warehouses that leave it to us to find out."""
    errors = [
        at(f"/lines/{place}/sku", "no such product")
        for place, line in enumerate(lines)
        if line.sku not in known
    ]
    if errors:
        raise Rejected(kind="unknown-sku", title="There is no such product", errors=errors)


def short(lines: Sequence[OrderLine], available: Mapping[str, int]) -> list[dict[str, str]]:
    """Every line of a product of which all lines together want more than there is."""
    needed = wanted(lines)
    return [
        at(f"/lines/{place}/quantity", f"{available.get(line.sku, 0)} available")
        for place, line in enumerate(lines)
        if needed[line.sku] > available.get(line.sku, 0)
    ]


def refuse_short(lines: Sequence[OrderLine], available: Mapping[str, int]) -> None:
    """The same as `refuse_unknown`, of what there is not enough of."""
    if errors := short(lines, available):
        title = "There is not enough stock"
        raise Rejected(kind="out-of-stock", title=title, status=409, errors=errors)
