"""The web checkout: order what is in the cart, look at it, cancel it."""

from contracts.clients.process.orders.v1 import OrdersClient
from contracts.models.canonical import Order
from contracts.models.experience.web.v1 import Cart, WebOrder
from contracts.models.process.orders.v1 import NewOrder
from experience_apis.web.views import web_order
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.context import current

api = Api("experience/web/v1")
orders = OrdersClient()


@api.operation("checkout")
async def checkout(body: Cart) -> WebOrder | Answer[WebOrder]:
    # Not validated here: whether the subject of a token is a customer is the Process API's to say.
    new = NewOrder.model_construct(customer_id=current().identity.subject, **dict(body))
    return _answered(await orders.place_order(new))


@api.operation("getOrder")
async def get_order(order_id: str) -> WebOrder:
    return web_order(await orders.get_order(order_id))


@api.operation("cancelOrder")
async def cancel_order(order_id: str) -> WebOrder | Answer[WebOrder]:
    return _answered(await orders.cancel_order(order_id))


def _answered(order: Order) -> WebOrder | Answer[WebOrder]:
    """202 until the outcome is known."""
    shown = web_order(order)
    return shown if order.status in {"placed", "cancelled"} else Answer(shown, 202)
