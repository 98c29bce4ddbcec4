# generated from contracts/experience/mobile/v1.yaml; do not edit
"""Mobile Experience API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.canonical import ContactPreferences
from contracts.models.experience.mobile.v1 import Changes, Home, NewSignUp, OrderPage, OrderSummary, Profile, ProfileChange, ProfileUpdate, Reorder, SignUp, TrackedOrder
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class MobileClient(ApiClient):
    api = "experience/mobile/v1"

    async def get_home(self) -> Home:
        """The home screen."""
        return await self.call("GET", "/home", Home)

    async def list_orders(self, *, limit: int | None = None, cursor: str | None = None) -> OrderPage:
        """The customer's own orders, the newest first."""
        return await self.call("GET", "/orders", OrderPage, query={'limit': limit, 'cursor': cursor})

    async def track_order(self, order_id: str, *, fields: list[Literal['total', 'reason', 'lines', 'moreLines', 'next', 'history', 'shipments']] | None = None) -> TrackedOrder:
        """Where an order is, what happened to it and what comes next."""
        return await self.call("GET", f"/orders/{segment(order_id)}", TrackedOrder, query={'fields': fields})

    async def reorder(self, order_id: str, body: Reorder, *, idempotency_key: str | None = None) -> OrderSummary:
        """Order the same again, at the prices of today."""
        return await self.call("POST", f"/orders/{segment(order_id)}/reorder", OrderSummary, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_changes(self, *, since: str | None = None) -> Changes:
        """What has changed among the newest orders since the last answer."""
        return await self.call("GET", "/changes", Changes, query={'since': since})

    async def get_profile(self) -> Profile:
        """The customer's own profile, as it can be changed."""
        return await self.call("GET", "/profile", Profile)

    async def put_profile(self, body: ProfileChange, *, idempotency_key: str | None = None) -> ProfileUpdate:
        """Change name, e-mail address and phone number."""
        return await self.call("PUT", "/profile", ProfileUpdate, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_notification_settings(self) -> ContactPreferences:
        """What the customer wants to be told, and how."""
        return await self.call("GET", "/settings/notifications", ContactPreferences)

    async def put_notification_settings(self, body: ContactPreferences) -> ContactPreferences:
        """Set what the customer wants to be told; again changes nothing."""
        return await self.call("PUT", "/settings/notifications", ContactPreferences, body=body)

    async def sign_up(self, body: NewSignUp, *, idempotency_key: str | None = None) -> SignUp:
        """Become a customer."""
        return await self.call("POST", "/sign-ups", SignUp, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_sign_up(self, sign_up_id: str) -> SignUp:
        """How one's own sign-up stands."""
        return await self.call("GET", f"/sign-ups/{segment(sign_up_id)}", SignUp)
