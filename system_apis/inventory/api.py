"""Stock and reservations, whichever warehouse keeps them."""

from typing import Annotated

from connectors import connected
from connectors.inventory import Inventory
from contracts.models.system.inventory.v1 import (
    NewReceipt,
    NewReservation,
    Receipt,
    Reservation,
    Stock,
    StockList,
)
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened
from runtime.problems import Missing

api = Api("system/inventory/v1", opens=connected("inventory"))
Backend = Annotated[Inventory, Opened]


@api.operation("listStock")
async def list_stock(sku: list[str], inventory: Backend) -> StockList:
    return await inventory.list_stock(sku)


@api.operation("getStock")
async def get_stock(sku: str, inventory: Backend) -> Stock:
    found = await inventory.list_stock([sku])
    if not found.items:
        raise Missing(f"the warehouse knows no product {sku}", kind="unknown-sku")
    return found.items[0]


@api.operation("putReservation")
async def put_reservation(
    reservation_id: str, body: NewReservation, inventory: Backend
) -> Reservation:
    return await inventory.put_reservation(reservation_id, body.lines, body.expires_in_seconds)


@api.operation("getReservation")
async def get_reservation(reservation_id: str, inventory: Backend) -> Reservation:
    return await inventory.get_reservation(reservation_id)


@api.operation("releaseReservation")
async def release_reservation(reservation_id: str, inventory: Backend) -> None:
    await inventory.release_reservation(reservation_id)


@api.operation("commitReservation")
async def commit_reservation(reservation_id: str, inventory: Backend) -> Reservation:
    return await inventory.commit_reservation(reservation_id)


@api.operation("putReceipt")
async def put_receipt(receipt_id: str, body: NewReceipt, inventory: Backend) -> Receipt:
    return await inventory.put_receipt(receipt_id, body.lines)


@api.operation("getReceipt")
async def get_receipt(receipt_id: str, inventory: Backend) -> Receipt:
    return await inventory.get_receipt(receipt_id)
