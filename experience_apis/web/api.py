"""The web shop: what there is, ordering it, what has become of it, and who the customer is to us.

Not validated here: whether the subject of a token is a customer is the Process APIs' to say.
"""

from typing import Literal

from contracts.clients.process.catalogue.v1 import CatalogueClient
from contracts.clients.process.customers.v1 import CustomersClient
from contracts.clients.process.onboarding.v1 import OnboardingClient
from contracts.clients.process.orders.v1 import OrdersClient
from contracts.models import canonical
from contracts.models.experience.web import v1 as web
from contracts.models.process.catalogue.v1 import Cart as CartToCheck
from contracts.models.process.customers.v1 import ProfileChange
from contracts.models.process.onboarding.v1 import NewOnboarding
from contracts.models.process.orders.v1 import NewOrder, NewReturn
from experience_apis.web import links, views
from experience_apis.web.live import changes
from experience_apis.web.places import PLACES
from experience_apis.web.refusals import not_saying_why
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.apis.streams import Stream
from runtime.context import current

api = Api("experience/web/v1", places=PLACES)
catalogue, customers = CatalogueClient(), CustomersClient()
onboarding, orders = OnboardingClient(), OrdersClient()


@api.operation("listProducts")
async def list_products(
    currency: str, q: str | None, limit: int, cursor: str | None
) -> web.Products:
    page = await catalogue.list_products(currency=currency, q=q, limit=limit, cursor=cursor)
    return views.same(web.Products, page)


@api.operation("getProduct")
async def get_product(sku: str, currency: str) -> web.ProductPage:
    return views.same(web.ProductPage, await catalogue.get_product(sku, currency=currency))


@api.operation("checkCart")
async def check_cart(body: web.CartToCheck) -> web.CheckedCart:
    cart = views.same(CartToCheck, body)
    return views.same(web.CheckedCart, await catalogue.check_availability(cart))


@api.operation("checkout")
async def checkout(body: web.Cart) -> Answer[web.WebOrder]:
    new = NewOrder.model_construct(customer_id=_customer(), **dict(body))
    order = await orders.place_order(new)
    status = 201 if order.status == "placed" else 202
    return Answer(views.web_order(order), status, links.order_url(order.id))


@api.operation("listOrders")
async def list_orders(limit: int, cursor: str | None) -> web.WebOrders:
    page = await orders.list_orders(customer_id=_customer(), limit=limit, cursor=cursor)
    return views.web_orders(page)


@api.operation("getOrder")
async def get_order(order_id: str) -> web.WebOrder:
    return views.web_order(await orders.get_order(order_id))


@api.operation("followOrder")
async def follow_order(order_id: str, last_event_id: str | None) -> Stream[web.WebOrder]:
    return Stream(changes(await orders.get_order(order_id), last_event_id))


@api.operation("cancelOrder")
async def cancel_order(order_id: str) -> web.WebOrder | Answer[web.WebOrder]:
    order = await orders.cancel_order(order_id)
    shown = views.web_order(order)
    if order.status == "cancelled":
        return shown
    return Answer(shown, 202, links.order_url(order_id))


@api.operation("getInvoice")
async def get_invoice(order_id: str) -> web.Invoice:
    return views.same(web.Invoice, await orders.get_invoice(order_id))


@api.operation("returnOrder")
async def return_order(order_id: str, body: web.NewReturn) -> Answer[web.WebReturn]:
    back = await orders.return_order(order_id, views.same(NewReturn, body))
    status = 201 if back.status == "returned" else 202
    return Answer(views.web_return(back), status, links.return_url(order_id, back.id))


@api.operation("listReturns")
async def list_returns(order_id: str) -> web.WebReturns:
    found = await orders.list_returns(order_id)
    return web.WebReturns(items=[views.web_return(back) for back in found.items])


@api.operation("getReturn")
async def get_return(order_id: str, return_id: str) -> web.WebReturn:
    return views.web_return(await orders.get_return(order_id, return_id))


@api.operation("getAccount")
async def get_account() -> web.Account:
    return views.account(await customers.get_customer_view(_customer(), part=views.ACCOUNT))


@api.operation("updateAccount")
async def update_account(
    body: web.ProfileChange,
) -> web.AccountUpdate | Answer[web.AccountUpdate]:
    update = await customers.update_profile(_customer(), views.same(ProfileChange, body))
    shown = views.account_update(update)
    if update.status == "updated":
        return shown
    return Answer(shown, 202, links.update_url(update.id))


@api.operation("getAccountUpdate")
async def get_account_update(update_id: str) -> web.AccountUpdate:
    return views.account_update(await customers.get_profile_update(_customer(), update_id))


@api.operation("listAddresses")
async def list_addresses() -> web.Addresses:
    return views.addresses(await customers.get_customer_view(_customer(), part=views.ADDRESSES))


@api.operation("putAddress")
async def put_address(
    kind: Literal["billing", "delivery"], body: canonical.Address
) -> web.CustomerAddress:
    return views.same(web.CustomerAddress, await customers.put_address(_customer(), kind, body))


@api.operation("signUp")
async def sign_up(body: web.NewSignUp) -> Answer[web.SignUp]:
    with not_saying_why():
        begun = await onboarding.start_onboarding(views.same(NewOnboarding, body))
    status = 201 if begun.status == "completed" else 202
    return Answer(views.sign_up(begun), status, links.sign_up_url(begun.id))


@api.operation("getSignUp")
async def get_sign_up(sign_up_id: str) -> web.SignUp:
    return views.sign_up(await onboarding.get_onboarding(sign_up_id))


def _customer() -> str:
    return current().identity.subject
