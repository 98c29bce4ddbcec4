"""One customer over ERP, CRM and orders: seen as a whole, changed in all of them or in none."""

from dataclasses import dataclass
from typing import Annotated, Literal

import structlog

from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.canonical import Address, ContactPreferences
from contracts.models.process.customers.v1 import (
    CustomerAddress,
    CustomerView,
    KnownCustomer,
    Profile,
    ProfileChange,
    ProfileUpdate,
)
from process_apis.customers.answers import Answers
from process_apis.customers.customer_view import ALL, customer_view
from process_apis.customers.external_ids import known_customer
from process_apis.customers.profile import profile_of
from process_apis.customers.profile_updates import begin, update_view
from process_apis.customers.update_profile import update_profile
from runtime.apis.binding import Api, Surroundings
from runtime.apis.endpoint import Answer
from runtime.apis.signatures import Opened
from runtime.context import current
from runtime.flows.engine import Engine
from runtime.flows.opening import flows_in
from runtime.problems import Missing, Problem

log = structlog.get_logger()
erp, crm = ErpClient(), CrmClient()


@dataclass(frozen=True)
class Desk:
    """What the operations share."""

    flows: Engine
    answers: Answers


def _desk(flows: Engine, around: Surroundings) -> Desk:
    return Desk(flows, Answers(around.clock))


api = Api("process/customers/v1", opens=flows_in("customers", [update_profile], gives=_desk))
Shared = Annotated[Desk, Opened]

ANSWER_MARGIN = 0.2
"""Seconds kept back from the caller's deadline to answer that an update is still under way."""


@api.operation("findCustomer")
async def find_customer(system: Literal["erp", "crm"], external_id: str) -> KnownCustomer:
    return await known_customer(system, external_id)


@api.operation("getCustomerView")
async def get_customer_view(
    customer_id: str,
    part: list[Literal["profile", "addresses", "account", "orders", "activities"]] | None,
    desk: Shared,
) -> CustomerView:
    _demand_rights(customer_id)
    return await customer_view(customer_id, part or ALL, desk.answers)


@api.operation("getProfile")
async def get_profile(customer_id: str) -> Profile:
    _demand_rights(customer_id)
    return profile_of(await erp.get_customer(customer_id))


@api.operation("updateProfile")
async def put_profile(
    customer_id: str, body: ProfileChange, idempotency_key: str, desk: Shared
) -> ProfileUpdate | Answer[ProfileUpdate]:
    _demand_rights(customer_id)
    update_id = await begin(desk.flows, customer_id, body, idempotency_key)
    log.info("profile_update_accepted", update=update_id)
    run = await desk.flows.wait(update_id, max(0.0, current().remaining() - ANSWER_MARGIN))
    desk.answers.forget(customer_id)
    if run.status == "failed" and run.problem:
        path = f"{api.contract.prefix}/customers/{customer_id}/profile-updates/{update_id}"
        raise Problem.from_document(run.problem).with_instance(path)
    update = update_view(run)
    return update if run.status == "completed" else Answer(update, 202)


@api.operation("getProfileUpdate")
async def get_profile_update(customer_id: str, update_id: str, desk: Shared) -> ProfileUpdate:
    _demand_rights(customer_id)
    run = await desk.flows.get(update_id)
    if run is None or (run.flow, run.owner) != (update_profile.name, customer_id):
        raise Missing(f"there is no update {update_id} of this customer")
    return update_view(run)


@api.operation("putAddress")
async def put_address(
    customer_id: str, kind: Literal["billing", "delivery"], body: Address, desk: Shared
) -> CustomerAddress:
    _demand_rights(customer_id)
    try:
        kept = await erp.put_address(customer_id, kind, body)
    finally:  # also when it failed: a time-out can hide a success
        desk.answers.forget(customer_id)
    return CustomerAddress(kind=kept.kind, address=kept.address)


@api.operation("getPreferences")
async def get_preferences(customer_id: str) -> ContactPreferences:
    _demand_rights(customer_id)
    return await crm.get_preferences(customer_id)


@api.operation("putPreferences")
async def put_preferences(customer_id: str, body: ContactPreferences) -> ContactPreferences:
    _demand_rights(customer_id)
    return await crm.put_preferences(customer_id, body)


def _demand_rights(customer_id: str) -> None:
    """Another's customer is as missing as none."""
    if not current().identity.may_act_for(customer_id):
        raise Missing(f"there is no customer {customer_id}")
