# generated from contracts/system/inventory/v1.yaml; do not edit
"""Inventory System API 1.0.0, as its callers see it."""

from contracts.models.system.inventory.v1 import NewReceipt, NewReservation, Receipt, Reservation, Stock, StockList
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class InventoryClient(ApiClient):
    api = "system/inventory/v1"

    async def list_stock(self, *, sku: list[str]) -> StockList:
        """What is available of many products."""
        return await self.call("GET", "/stock", StockList, query={'sku': sku})

    async def get_stock(self, sku: str) -> Stock:
        """What is available of a product."""
        return await self.call("GET", f"/stock/{segment(sku)}", Stock)

    async def get_reservation(self, reservation_id: str) -> Reservation:
        """A reservation by the caller's id."""
        return await self.call("GET", f"/reservations/{segment(reservation_id)}", Reservation)

    async def put_reservation(self, reservation_id: str, body: NewReservation) -> Reservation:
        """Hold stock under the caller's id, all lines or none; again changes nothing."""
        return await self.call("PUT", f"/reservations/{segment(reservation_id)}", Reservation, body=body)

    async def release_reservation(self, reservation_id: str) -> None:
        """Let the stock go, committed stock included; harmless when nothing is held."""
        await self.tell("DELETE", f"/reservations/{segment(reservation_id)}")

    async def commit_reservation(self, reservation_id: str) -> Reservation:
        """Allocate held stock for good, so that it no longer expires; again changes nothing."""
        return await self.call("POST", f"/reservations/{segment(reservation_id)}/commit", Reservation)

    async def get_receipt(self, receipt_id: str) -> Receipt:
        """A receipt by the caller's id."""
        return await self.call("GET", f"/receipts/{segment(receipt_id)}", Receipt)

    async def put_receipt(self, receipt_id: str, body: NewReceipt) -> Receipt:
        """Take goods that came back into stock, under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/receipts/{segment(receipt_id)}", Receipt, body=body)
