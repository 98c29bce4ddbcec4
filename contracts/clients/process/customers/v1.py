# generated from contracts/process/customers/v1.yaml; do not edit
"""Customers Process API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.canonical import Address, ContactPreferences
from contracts.models.process.customers.v1 import CustomerAddress, CustomerView, KnownCustomer, Profile, ProfileChange, ProfileUpdate
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class CustomersClient(ApiClient):
    api = "process/customers/v1"

    async def find_customer(self, *, system: Literal['erp', 'crm'], external_id: str) -> KnownCustomer:
        """Who a system's own id stands for."""
        return await self.call("GET", "/customers", KnownCustomer, query={'system': system, 'externalId': external_id})

    async def get_customer_view(self, customer_id: str, *, part: list[Literal['profile', 'addresses', 'account', 'orders', 'activities']] | None = None) -> CustomerView:
        """Who the customer is, what is on its way and what happened lately."""
        return await self.call("GET", f"/customers/{segment(customer_id)}/view", CustomerView, query={'part': part})

    async def get_profile(self, customer_id: str) -> Profile:
        """The profile as it can be changed."""
        return await self.call("GET", f"/customers/{segment(customer_id)}/profile", Profile)

    async def update_profile(self, customer_id: str, body: ProfileChange, *, idempotency_key: str | None = None) -> ProfileUpdate:
        """Change name, e-mail address and phone number in the ERP and the CRM, or in neither."""
        return await self.call("PUT", f"/customers/{segment(customer_id)}/profile", ProfileUpdate, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_profile_update(self, customer_id: str, update_id: str) -> ProfileUpdate:
        """How an update of the profile stands."""
        return await self.call("GET", f"/customers/{segment(customer_id)}/profile-updates/{segment(update_id)}", ProfileUpdate)

    async def put_address(self, customer_id: str, kind: Literal['billing', 'delivery'], body: Address) -> CustomerAddress:
        """Set the billing or the delivery address; again changes nothing."""
        return await self.call("PUT", f"/customers/{segment(customer_id)}/addresses/{segment(kind)}", CustomerAddress, body=body)

    async def get_preferences(self, customer_id: str) -> ContactPreferences:
        """What the customer wants to be told, and how."""
        return await self.call("GET", f"/customers/{segment(customer_id)}/preferences", ContactPreferences)

    async def put_preferences(self, customer_id: str, body: ContactPreferences) -> ContactPreferences:
        """Set what the customer wants to be told; again changes nothing."""
        return await self.call("PUT", f"/customers/{segment(customer_id)}/preferences", ContactPreferences, body=body)
