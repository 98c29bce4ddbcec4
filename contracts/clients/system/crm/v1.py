# generated from contracts/system/crm/v1.yaml; do not edit
"""CRM System API 1.0.0, as its callers see it."""

from contracts.models.canonical import ContactPreferences
from contracts.models.system.crm.v1 import Account, AccountProfile, Accounts, Activities, Activity, NewActivity
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class CrmClient(ApiClient):
    api = "system/crm/v1"

    async def find_accounts(self, *, email: str) -> Accounts:
        """Accounts by e-mail address, letter case ignored."""
        return await self.call("GET", "/accounts", Accounts, query={'email': email})

    async def get_account(self, customer_id: str) -> Account:
        """The account of a customer."""
        return await self.call("GET", f"/accounts/{segment(customer_id)}", Account)

    async def put_account(self, customer_id: str, body: AccountProfile) -> Account:
        """Create or update the account of a customer; again changes nothing."""
        return await self.call("PUT", f"/accounts/{segment(customer_id)}", Account, body=body)

    async def remove_account(self, customer_id: str) -> None:
        """Take back the account of a customer with what happened there; harmless when there is none."""
        await self.tell("DELETE", f"/accounts/{segment(customer_id)}")

    async def get_preferences(self, customer_id: str) -> ContactPreferences:
        """What a customer wants to be told, and how."""
        return await self.call("GET", f"/accounts/{segment(customer_id)}/preferences", ContactPreferences)

    async def put_preferences(self, customer_id: str, body: ContactPreferences) -> ContactPreferences:
        """Set what a customer wants to be told; again changes nothing."""
        return await self.call("PUT", f"/accounts/{segment(customer_id)}/preferences", ContactPreferences, body=body)

    async def get_account_by_external_id(self, external_id: str) -> Account:
        """An account by the CRM's own id."""
        return await self.call("GET", f"/external-ids/{segment(external_id)}/account", Account)

    async def list_activities(self, customer_id: str, *, limit: int | None = None, cursor: str | None = None) -> Activities:
        """What happened with a customer, newest first."""
        return await self.call("GET", f"/accounts/{segment(customer_id)}/activities", Activities, query={'limit': limit, 'cursor': cursor})

    async def put_activity(self, customer_id: str, activity_id: str, body: NewActivity) -> Activity:
        """Add an activity under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/accounts/{segment(customer_id)}/activities/{segment(activity_id)}", Activity, body=body)
