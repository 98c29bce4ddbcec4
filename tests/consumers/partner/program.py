"""What a partner's own system does in a day: look at stock, order, order in bulk, track, return."""

import asyncio

from contracts.clients.experience.partner.v1 import PartnerClient
from contracts.models.canonical import PaymentMethod, WantedLine
from contracts.models.experience.partner.v1 import (
    NewPartnerBulk,
    NewPartnerOrder,
    NewPartnerReturn,
    PartnerBulk,
    PartnerBulkLine,
    PartnerOrder,
    PartnerReturn,
    PartnerTracking,
)

CARD = PaymentMethod(token="pm_card_visa")


def order(reference: str, sku: str, quantity: int) -> NewPartnerOrder:
    """Not validated here: it is for the other side to say what is wrong with it."""
    line = WantedLine.model_construct(sku=sku, quantity=quantity)
    return NewPartnerOrder.model_construct(
        reference=reference, currency="EUR", lines=[line], payment=CARD
    )


class Partner:
    def __init__(self, client: PartnerClient, mark: str) -> None:
        self.client = client
        self.mark = mark

    async def stock(self) -> dict[str, int]:
        found: dict[str, int] = {}
        since = None
        while True:
            page = await self.client.list_stock_changes(since=since, limit=4)
            found |= {it.sku: it.available for it in page.items if it.available is not None}
            if not page.more:
                return found
            since = page.next

    async def buy(self, sku: str, quantity: int) -> PartnerOrder:
        return await self.client.place_order(order(f"{self.mark}-one", sku, quantity))

    async def track(self, placed: PartnerOrder) -> PartnerTracking:
        return await self.client.track_order(placed.id)

    async def orders(self) -> list[PartnerOrder]:
        found: list[PartnerOrder] = []
        cursor = None
        while True:
            page = await self.client.list_orders(limit=2, cursor=cursor)
            found += page.items
            if (cursor := page.next_cursor) is None:
                return found

    async def buy_many(
        self, orders: list[NewPartnerOrder]
    ) -> tuple[PartnerBulk, list[PartnerBulkLine]]:
        bulk = await self.client.place_bulk(
            NewPartnerBulk.model_construct(orders=orders), idempotency_key=f"{self.mark}-bulk"
        )
        while bulk.status == "running":
            await asyncio.sleep(0.2)
            bulk = await self.client.get_bulk(bulk.id)
        return bulk, (await self.client.list_bulk_lines(bulk.id)).items

    async def give_back(self, placed: PartnerOrder) -> PartnerReturn:
        key = f"{self.mark}-return"
        wanted = NewPartnerReturn(reason="more than we can sell")
        made = await self.client.return_order(placed.id, wanted, idempotency_key=key)
        while made.status == "returning":
            await asyncio.sleep(0.2)
            made = await self.client.get_return(placed.id, made.id)
        return made

    async def cancel(self, order_id: str) -> PartnerOrder:
        found = await self.client.cancel_order(order_id)
        while found.status == "cancelling":
            await asyncio.sleep(0.2)
            found = await self.client.get_order(order_id)
        return found
