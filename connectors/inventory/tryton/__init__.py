"""Tryton 8 as the warehouse: a reservation is a customer shipment that is never shipped by us.

Quirks, each with *why this matters*:

1. `assign_try` answers null whether or not there was enough, and keeps what there was. *We read the
   moves afterwards; a shipment that is short is cancelled at once, or it would block the stock.*
2. A shipment has no field for a moment, or for any text but `reference`. *That says all we have to
   remember, in words a person can read: `<reservation id> until <moment>`; then `released` for one
   let go, `void` for one that never held anything.*
3. Nothing expires by itself. *A hold past its moment counts as expired at once; its stock is given
   back when stock is short, and once a minute when stock is listed, by a cancel that fails if the
   shipment was changed meanwhile: a commit is never undone.*
4. `reference` is not unique. *We look before we create, and again after. If two callers created at
   once, both see both: the older one is the reservation, and each voids its own if that is not it.*
5. Goods that were picked but have not left count as available in the warehouse as a whole. *We ask
   about the storage zone only.*
6. Quantities are for a day, and it has to be the server's today: before it nothing is assigned yet,
   after it planned moves are counted. *We ask for the server's day once a minute; what is held is
   decided by the server itself, so that a wrong day shows wrong figures and oversells nothing.*
7. A cancelled shipment that is reopened ends up assigned without holding anything. *After a cancel
   there is always a new one.*
8. A picked shipment can still be cancelled, one that left cannot. *Commit picks and does not pack:
   packing is a person's work, and asks a question here. Release takes committed goods back until
   they leave; then it is refused (`shipped`).*
9. A shipment wants a customer with an address. *We use the company itself: a reservation knows no
   customer.*
10. A release that finds nothing leaves nothing behind. *A create still under way makes at most a
    draft, which holds nothing; only the next step would, and nobody takes it.*
11. Goods that come back are a customer's return shipment, which is in storage when it is done. *We
    take it there at once, as a receipt says that they are there; its `reference` is the receipt's id,
    looked up before and after as in 4. Tryton asks whether goods without a sale may come in: yes, for
    the sale is the ERP's business.*
"""

from datetime import timedelta

from pydantic import Field

from connectors.inventory import Inventory
from connectors.inventory.tryton.holds import Holds
from connectors.inventory.tryton.receipts import Receipts
from connectors.inventory.tryton.stock import Stock
from connectors.reach import Reach
from connectors.vendors.tryton import TrytonOptions
from connectors.vendors.tryton.session import Session
from contracts.models import canonical
from contracts.models.system.inventory import v1


class Options(TrytonOptions):
    warehouse: str | None = Field(default=None, min_length=1)
    """The code of the warehouse to use, where there are several; else the oldest is used."""


class Connector(Inventory):
    def __init__(self, options: Options, reach: Reach) -> None:
        tryton = Session("the warehouse", options, reach)
        self._stock = Stock(tryton, options.warehouse, reach.clock)
        self._holds = Holds(tryton, self._stock, reach.clock)
        self._receipts = Receipts(tryton, self._stock)

    async def list_stock(self, skus: list[str]) -> v1.StockList:
        await self._holds.sweep_when_due()
        known = await self._stock.articles(skus)
        asked = dict.fromkeys(skus)
        return v1.StockList(
            items=[
                v1.Stock(sku=sku, available=known[sku].available) for sku in asked if sku in known
            ],
            unknown=[sku for sku in asked if sku not in known],
        )

    async def put_reservation(
        self, reservation_id: str, lines: list[canonical.OrderLine], expires_in: int
    ) -> v1.Reservation:
        return await self._holds.put(reservation_id, lines, timedelta(seconds=expires_in))

    async def get_reservation(self, reservation_id: str) -> v1.Reservation:
        return await self._holds.get(reservation_id)

    async def release_reservation(self, reservation_id: str) -> None:
        await self._holds.release(reservation_id)

    async def commit_reservation(self, reservation_id: str) -> v1.Reservation:
        return await self._holds.commit(reservation_id)

    async def put_receipt(self, receipt_id: str, lines: list[canonical.OrderLine]) -> v1.Receipt:
        return await self._receipts.put(receipt_id, lines)

    async def get_receipt(self, receipt_id: str) -> v1.Receipt:
        return await self._receipts.get(receipt_id)
