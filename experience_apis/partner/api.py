"""Business customers: orders one by one and in bulk, what becomes of them, and what is in stock."""

from typing import Annotated, Literal

from contracts.clients.process.catalogue.v1 import CatalogueClient
from contracts.clients.process.events.v1 import EventsClient
from contracts.clients.process.orders.v1 import OrdersClient
from contracts.models.canonical import NewSubscription, Order, Subscription
from contracts.models.experience.partner.v1 import (
    NewPartnerBulk,
    NewPartnerOrder,
    NewPartnerReturn,
    PartnerBulk,
    PartnerBulkLines,
    PartnerOrder,
    PartnerOrders,
    PartnerReturn,
    PartnerReturns,
    PartnerStock,
    PartnerSubscriptions,
    PartnerTracking,
    PartnerUsage,
)
from contracts.models.process.orders.v1 import NewBulk, NewOrder, NewReturn
from experience_apis.partner.bulks import new_lines, partner_bulk, partner_lines
from experience_apis.partner.places import PLACES
from experience_apis.partner.usage import partner_usage
from experience_apis.partner.views import (
    partner_order,
    partner_return,
    partner_stock,
    partner_tracking,
)
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.apis.items import RefusedItems
from runtime.apis.signatures import Metered
from runtime.context import current
from runtime.metering.meter import Meter

api = Api("experience/partner/v1", places=PLACES)
orders = OrdersClient()
catalogue = CatalogueClient()
events = EventsClient()


@api.operation("placeOrder")
async def place_order(body: NewPartnerOrder) -> PartnerOrder | Answer[PartnerOrder]:
    new = NewOrder.model_construct(customer_id=current().identity.subject, **dict(body))
    current().idempotency_key = f"reference:{body.reference}"
    return _answered(await orders.place_order(new))


@api.operation("listOrders")
async def list_orders(limit: int, cursor: str | None) -> PartnerOrders:
    page = await orders.list_orders(
        customer_id=current().identity.subject, limit=limit, cursor=cursor
    )
    return PartnerOrders(
        items=[partner_order(order) for order in page.items], next_cursor=page.next_cursor
    )


@api.operation("getOrder")
async def get_order(order_id: str) -> PartnerOrder:
    return partner_order(await orders.get_order(order_id))


@api.operation("trackOrder")
async def track_order(order_id: str) -> PartnerTracking:
    return partner_tracking(await orders.track_order(order_id))


@api.operation("cancelOrder")
async def cancel_order(order_id: str) -> PartnerOrder | Answer[PartnerOrder]:
    return _answered(await orders.cancel_order(order_id))


@api.operation("returnOrder")
async def return_order(
    order_id: str, body: NewPartnerReturn
) -> PartnerReturn | Answer[PartnerReturn]:
    made = await orders.return_order(order_id, NewReturn.model_construct(**dict(body)))
    shown = partner_return(made)
    return shown if shown.status == "returned" else Answer(shown, 202)


@api.operation("listReturns")
async def list_returns(order_id: str) -> PartnerReturns:
    found = await orders.list_returns(order_id)
    return PartnerReturns(items=[partner_return(one) for one in found.items])


@api.operation("getReturn")
async def get_return(order_id: str, return_id: str) -> PartnerReturn:
    return partner_return(await orders.get_return(order_id, return_id))


@api.operation("placeBulk")
async def place_bulk(body: NewPartnerBulk, refused: RefusedItems) -> Answer[PartnerBulk]:
    lines = new_lines(body.orders, refused)
    bulk = await orders.place_bulk(
        NewBulk.model_construct(customer_id=current().identity.subject, lines=lines)
    )
    url = f"{api.contract.prefix}/bulk-orders/{bulk.id}"
    return Answer(partner_bulk(bulk), 202, location=url)


@api.operation("getBulk")
async def get_bulk(bulk_id: str) -> PartnerBulk:
    return partner_bulk(await orders.get_bulk(bulk_id))


@api.operation("listBulkLines")
async def list_bulk_lines(
    bulk_id: str,
    limit: int,
    cursor: str | None,
    outcome: Literal["running", "placed", "failed", "attention"] | None,
) -> PartnerBulkLines:
    page = await orders.list_bulk_lines(bulk_id, limit=limit, cursor=cursor, outcome=outcome)
    return partner_lines(page)


@api.operation("listStockChanges")
async def list_stock_changes(since: str | None, limit: int) -> PartnerStock:
    return partner_stock(await catalogue.list_stock_changes(since=since, limit=limit))


@api.operation("getUsage")
async def get_usage(meter: Annotated[Meter, Metered]) -> PartnerUsage:
    return partner_usage(await meter.usage(current().identity))


@api.operation("createSubscription")
async def create_subscription(body: NewSubscription) -> Subscription:
    return await events.create_subscription(body)


@api.operation("listSubscriptions")
async def list_subscriptions() -> PartnerSubscriptions:
    return PartnerSubscriptions(items=(await events.list_subscriptions()).items)


@api.operation("getSubscription")
async def get_subscription(subscription_id: str) -> Subscription:
    return await events.get_subscription(subscription_id)


@api.operation("putSubscription")
async def put_subscription(subscription_id: str, body: NewSubscription) -> Subscription:
    return await events.put_subscription(subscription_id, body)


@api.operation("deleteSubscription")
async def delete_subscription(subscription_id: str) -> None:
    await events.delete_subscription(subscription_id)


@api.operation("rotateSecret")
async def rotate_secret(subscription_id: str) -> Subscription:
    return await events.rotate_secret(subscription_id)


def _answered(order: Order) -> PartnerOrder | Answer[PartnerOrder]:
    """202 until the outcome is known."""
    shown = partner_order(order)
    return shown if order.status in {"placed", "cancelled"} else Answer(shown, 202)
