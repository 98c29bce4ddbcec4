"""What the app does: sign up, show the screens, order the same again. A first order is the web shop's."""

import asyncio
from typing import Any

from contracts.clients.experience.mobile.v1 import MobileClient
from contracts.clients.experience.web.v1 import WebClient
from contracts.models.canonical import PaymentMethod, WantedLine
from contracts.models.experience.mobile.v1 import NewSignUp, OrderSummary, Reorder, SignUp
from contracts.models.experience.web.v1 import Cart, WebOrder

CARD = PaymentMethod(token="pm_card_visa")


class App:
    """`mark` is in every key it sends: what it does is done once."""

    def __init__(self, mark: str) -> None:
        self.client = MobileClient()
        self.web = WebClient()
        self.mark = mark

    async def sign_up(self, applicant: dict[str, Any]) -> SignUp:
        new = NewSignUp.model_validate(applicant)
        return await self.settled(await self.client.sign_up(new, idempotency_key=self.mark))

    async def settled(self, sign_up: SignUp, *passing: str) -> SignUp:
        """As it stands when it is neither being checked nor in one of these states."""
        while sign_up.status in {"checking", *passing}:
            await asyncio.sleep(0.2)
            sign_up = await self.client.get_sign_up(sign_up.id)
        return sign_up

    async def first_order(self, sku: str, quantity: int) -> WebOrder:
        lines = [WantedLine(sku=sku, quantity=quantity)]
        cart = Cart(currency="EUR", lines=lines, payment=CARD)
        return await self.web.checkout(cart, idempotency_key=f"{self.mark}-first")

    async def order_again(self, order_id: str, token: str = CARD.token) -> OrderSummary:
        wanted = Reorder(payment=PaymentMethod(token=token))
        return await self.client.reorder(order_id, wanted, idempotency_key=f"{self.mark}-{token}")

    async def cancel(self, order_id: str) -> WebOrder:
        found = await self.web.cancel_order(order_id)
        while found.status == "cancelling":
            await asyncio.sleep(0.2)
            found = await self.web.get_order(order_id)
        return found
