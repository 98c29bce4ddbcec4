"""Change a customer's profile in the ERP and in the CRM, or leave both as they are."""

from pydantic import BaseModel, ValidationError

from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.canonical import Customer, CustomerProfile
from contracts.models.system.crm.v1 import Account, AccountProfile
from process_apis.customers.profile import version_of
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from runtime.problems import Missing, Rejected

erp, crm = ErpClient(), CrmClient()


class ProfileToUpdate(BaseModel):
    """`version`: of the profile that the caller changed. `number`, `key`: see profile_updates.py."""

    customer_id: str
    number: int
    key: str
    version: str
    wanted: CustomerProfile


class Before(BaseModel):
    """What is put back when a later step fails. The CRM's is None for want of an account."""

    erp: CustomerProfile
    crm: AccountProfile | None


@flow("update-profile")
async def update_profile(update: ProfileToUpdate, saga: Saga) -> Customer:
    before = await saga.step(read_both, update)
    kept = await saga.step(put_in_erp, update, before, undo=put_back_in_erp)
    if before.crm is not None:
        await saga.step(put_in_crm, kept, before.crm, undo=put_back_in_crm)
    return kept


@reads
async def read_both(update: ProfileToUpdate) -> Before:
    """Both systems answer, before anything is written to either; the profile is still the one changed."""
    customer = await erp.get_customer(update.customer_id)
    if version_of(customer) != update.version:
        says = "the profile is not the one that was changed: look at it and decide anew"
        raise Rejected(says, kind="profile-changed", status=409)
    try:
        return Before(erp=_profile(customer), crm=await _account(update.customer_id))
    except ValidationError as error:  # entered elsewhere, such as without an e-mail address
        says = "what is there now could not be put back, should the change fail halfway"
        raise Rejected(says, kind="not-restorable", status=409) from error


async def put_in_erp(update: ProfileToUpdate, _before: Before) -> Customer:
    return await erp.put_customer(update.customer_id, update.wanted)


async def put_back_in_erp(update: ProfileToUpdate, before: Before) -> None:
    await erp.put_customer(update.customer_id, before.erp)


async def put_in_crm(kept: Customer, _before: AccountProfile) -> None:
    """As the ERP keeps it, which may trim what was sent."""
    await crm.put_account(kept.id, AccountProfile(name=kept.name, email=kept.email))


async def put_back_in_crm(kept: Customer, before: AccountProfile) -> None:
    await crm.put_account(kept.id, before)


def _profile(customer: Customer) -> CustomerProfile:
    return CustomerProfile(name=customer.name, email=customer.email, phone=customer.phone)


async def _account(customer_id: str) -> AccountProfile | None:
    """Without the segment, which is not changed here and may be by others meanwhile."""
    try:
        account: Account = await crm.get_account(customer_id)
    except Missing:  # to open one is not for a change of the profile
        return None
    return AccountProfile(name=account.name, email=account.email)
