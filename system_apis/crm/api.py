"""Accounts and what happened with them, whichever CRM keeps them."""

from typing import Annotated

from connectors import connected
from connectors.crm import Crm
from contracts.models.canonical import ContactPreferences
from contracts.models.system.crm.v1 import (
    Account,
    AccountProfile,
    Accounts,
    Activities,
    Activity,
    NewActivity,
)
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened

api = Api("system/crm/v1", opens=connected("crm"))
Backend = Annotated[Crm, Opened]


@api.operation("findAccounts")
async def find_accounts(email: str, crm: Backend) -> Accounts:
    return Accounts(items=await crm.find_accounts(email))


@api.operation("getAccount")
async def get_account(customer_id: str, crm: Backend) -> Account:
    return await crm.get_account(customer_id)


@api.operation("putAccount")
async def put_account(customer_id: str, body: AccountProfile, crm: Backend) -> Account:
    return await crm.put_account(customer_id, body)


@api.operation("getAccountByExternalId")
async def get_account_by_external_id(external_id: str, crm: Backend) -> Account:
    return await crm.get_account_by_external_id(external_id)


@api.operation("removeAccount")
async def remove_account(customer_id: str, crm: Backend) -> None:
    await crm.remove_account(customer_id)


@api.operation("getPreferences")
async def get_preferences(customer_id: str, crm: Backend) -> ContactPreferences:
    return await crm.get_preferences(customer_id)


@api.operation("putPreferences")
async def put_preferences(
    customer_id: str, body: ContactPreferences, crm: Backend
) -> ContactPreferences:
    return await crm.put_preferences(customer_id, body)


@api.operation("listActivities")
async def list_activities(
    customer_id: str, limit: int, cursor: str | None, crm: Backend
) -> Activities:
    return await crm.list_activities(customer_id, limit, cursor)


@api.operation("putActivity")
async def put_activity(
    customer_id: str, activity_id: str, body: NewActivity, crm: Backend
) -> Activity:
    return await crm.put_activity(customer_id, activity_id, body)
