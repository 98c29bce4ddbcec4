# generated from contracts/experience/web/v1.yaml; do not edit
"""Web Experience API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.canonical import Address
from contracts.models.experience.web.v1 import Account, AccountUpdate, Addresses, Cart, CartToCheck, CheckedCart, CustomerAddress, Invoice, NewReturn, NewSignUp, ProductPage, Products, ProfileChange, SignUp, WebOrder, WebOrders, WebReturn, WebReturns
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class WebClient(ApiClient):
    api = "experience/web/v1"

    async def list_products(self, *, currency: str, q: str | None = None, limit: int | None = None, cursor: str | None = None) -> Products:
        """What can be bought, a page at a time."""
        return await self.call("GET", "/products", Products, query={'currency': currency, 'q': q, 'limit': limit, 'cursor': cursor})

    async def get_product(self, sku: str, *, currency: str) -> ProductPage:
        """A product, its price and how much of it there is."""
        return await self.call("GET", f"/products/{segment(sku)}", ProductPage, query={'currency': currency})

    async def check_cart(self, body: CartToCheck) -> CheckedCart:
        """Whether a cart can be supplied, and what it costs; nothing is held."""
        return await self.call("POST", "/cart/availability", CheckedCart, body=body)

    async def checkout(self, body: Cart, *, idempotency_key: str | None = None) -> WebOrder:
        """Order what is in the cart."""
        return await self.call("POST", "/checkout", WebOrder, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def list_orders(self, *, limit: int | None = None, cursor: str | None = None) -> WebOrders:
        """The customer's own orders, newest first."""
        return await self.call("GET", "/orders", WebOrders, query={'limit': limit, 'cursor': cursor})

    async def get_order(self, order_id: str) -> WebOrder:
        """One of the customer's own orders."""
        return await self.call("GET", f"/orders/{segment(order_id)}", WebOrder)

    async def cancel_order(self, order_id: str) -> WebOrder:
        """Cancel one of the customer's own orders."""
        return await self.call("POST", f"/orders/{segment(order_id)}/cancel", WebOrder)

    async def get_invoice(self, order_id: str) -> Invoice:
        """The invoice of one of the customer's own orders."""
        return await self.call("GET", f"/orders/{segment(order_id)}/invoice", Invoice)

    async def list_returns(self, order_id: str) -> WebReturns:
        """The returns of one of the customer's own orders, the oldest first."""
        return await self.call("GET", f"/orders/{segment(order_id)}/returns", WebReturns)

    async def return_order(self, order_id: str, body: NewReturn, *, idempotency_key: str | None = None) -> WebReturn:
        """Give goods back, and get their price back."""
        return await self.call("POST", f"/orders/{segment(order_id)}/returns", WebReturn, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_return(self, order_id: str, return_id: str) -> WebReturn:
        """How a return stands."""
        return await self.call("GET", f"/orders/{segment(order_id)}/returns/{segment(return_id)}", WebReturn)

    async def get_account(self) -> Account:
        """Who the customer is to us."""
        return await self.call("GET", "/account", Account)

    async def update_account(self, body: ProfileChange, *, idempotency_key: str | None = None) -> AccountUpdate:
        """Change name, e-mail address and phone number everywhere, or nowhere."""
        return await self.call("PUT", "/account", AccountUpdate, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_account_update(self, update_id: str) -> AccountUpdate:
        """How a change of the profile stands."""
        return await self.call("GET", f"/account/updates/{segment(update_id)}", AccountUpdate)

    async def list_addresses(self) -> Addresses:
        """Where the customer is billed and supplied."""
        return await self.call("GET", "/account/addresses", Addresses)

    async def put_address(self, kind: Literal['billing', 'delivery'], body: Address) -> CustomerAddress:
        """Set the billing or the delivery address; again changes nothing."""
        return await self.call("PUT", f"/account/addresses/{segment(kind)}", CustomerAddress, body=body)

    async def sign_up(self, body: NewSignUp, *, idempotency_key: str | None = None) -> SignUp:
        """Become a customer."""
        return await self.call("POST", "/sign-ups", SignUp, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_sign_up(self, sign_up_id: str) -> SignUp:
        """What has become of one's own sign-up."""
        return await self.call("GET", f"/sign-ups/{segment(sign_up_id)}", SignUp)
