"""Onboard a customer: nobody we know, nobody we must not know, then into ERP and CRM, and a welcome.

What compliance has seen stays seen: a screening and a decision are the audit, whatever becomes of the rest.
"""

from typing import Literal

from pydantic import BaseModel

from contracts.clients.system.compliance.v1 import ComplianceClient
from contracts.clients.system.crm.v1 import CrmClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.notifications.v1 import NotificationsClient
from contracts.models.process.onboarding.v1 import Decision, Duplicate, NewOnboarding
from contracts.models.system.compliance.v1 import Screening
from process_apis.onboarding import applicant as ours
from process_apis.onboarding import screening as screenings
from process_apis.onboarding.applicant import Applicant
from process_apis.onboarding.candidates import candidates
from process_apis.onboarding.matching import duplicate, refuse_exact
from process_apis.onboarding.welcome import welcome
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from runtime.problems import Rejected, Unavailable

compliance, crm, erp = ComplianceClient(), CrmClient(), ErpClient()
notifications = NotificationsClient()

Welcome = Literal["sent", "undeliverable"]


class Onboarded(BaseModel):
    customer_id: str
    welcome: Welcome


@flow("onboard-customer")
async def onboard_customer(new: NewOnboarding, saga: Saga) -> Onboarded:
    applicant = Applicant(id=saga.run_id, details=new)
    duplicates = await saga.step(find_duplicates, applicant)
    refuse_exact(duplicates)
    screening = await _screened(applicant, saga)
    if duplicates or screening.status == "review":
        await _reviewed(applicant, screening, duplicates, saga)
    await saga.step(create_erp_customer, applicant, undo=retire_erp_customer)
    await saga.step(create_crm_account, applicant, undo=remove_crm_account)
    refuse_exact(await saga.step(find_duplicates, applicant, name="find_who_came_meanwhile"))
    saga.point_of_no_return()
    sent = await saga.step(send_welcome, applicant)
    return Onboarded(customer_id=applicant.customer_id, welcome=sent)


async def _screened(applicant: Applicant, saga: Saga) -> Screening:
    screening = await saga.step(screen, applicant, undo=keep_screening)
    for number, pause in enumerate(screenings.PAUSES):
        if screening.status != "pending":
            break
        await saga.sleep(pause, name=f"screening_{number}")
        looked = await saga.step(look_at_screening, applicant, name=f"look_at_screening_{number}")
        screening = looked or screening
    screenings.refuse(screening)
    return screening


async def _reviewed(
    applicant: Applicant, screening: Screening, duplicates: list[Duplicate], saga: Saga
) -> None:
    decision = await _decision(applicant, screening, duplicates, saga)
    if decision is None:
        raise Rejected(kind="review-expired", title="Nobody has decided in time")
    screenings.refuse_rejected(await _settled(applicant, screening, decision, saga))


async def _settled(
    applicant: Applicant, screening: Screening, decision: Decision, saga: Saga
) -> Decision:
    """However long the provider is away: what a person has decided is not to be lost over that."""
    for number, pause in enumerate(screenings.PAUSES):
        name = f"settle_{number}"
        made = await saga.step(
            settle, applicant, screening, decision, undo=keep_decision, name=name
        )
        if made is not None:
            return made
        await saga.sleep(pause, name=f"settling_{number}")
    raise Unavailable("compliance: it cannot be told of the decision", retry_after=600)


async def _decision(
    applicant: Applicant, screening: Screening, duplicates: list[Duplicate], saga: Saga
) -> Decision | None:
    """A person's; where only compliance is in doubt that may be one of the provider's."""
    for number, pause in enumerate(screenings.REVIEW_PAUSES):
        name = f"{screenings.REVIEW}_{number}"
        decision = await saga.wait_event("decision", Decision, timeout=pause, name=name)
        if decision is None and screening.status == "review":
            seen = await saga.step(look_at_screening, applicant, name=f"look_at_review_{number}")
            decision = screenings.decided_there(seen, bool(duplicates))
        if decision is not None:
            return decision
    return None


@reads
async def find_duplicates(applicant: Applicant) -> list[Duplicate]:
    """Before anything is done, and again once we are there ourselves: of two who come at the same time
    at least one sees the other, and goes."""
    found = [
        duplicate(applicant.details, known)
        for known in await candidates(applicant.details)
        if known.customer_id != applicant.customer_id
    ]
    return [one for one in found if one is not None]


async def screen(applicant: Applicant) -> Screening:
    try:
        return await compliance.put_screening(applicant.id, ours.subject(applicant.details))
    except Rejected as problem:
        problem.repointed("/country", "/address/country")
        raise


async def keep_screening(applicant: Applicant) -> None:
    """What was found, and that it was looked for, has to be known for years."""


@reads
async def look_at_screening(applicant: Applicant) -> Screening | None:
    """As it stands now; None as long as the provider cannot say: it is asked again."""
    try:
        return await compliance.get_screening(applicant.id)
    except Unavailable:
        return None


async def settle(applicant: Applicant, screening: Screening, decision: Decision) -> Decision | None:
    """Tell the provider, where it waits for us; None when it cannot be told now. Its own analyst may
    have been faster: no approval of ours goes against that one's rejection."""
    if screening.status != "review" or decision.by == screenings.PROVIDER:
        return decision
    try:
        await compliance.put_decision(applicant.id, screenings.as_told(decision))
    except Unavailable:
        return None
    except Rejected as problem:
        if problem.code != 409:
            raise
        seen = await look_at_screening(applicant)
        return screenings.as_settled(seen, decision) if seen else None
    return decision


async def keep_decision(_applicant: Applicant, _screening: Screening, _decision: Decision) -> None:
    """A decision was made, and stays made."""


async def create_erp_customer(applicant: Applicant) -> None:
    new = applicant.details
    await erp.put_customer(applicant.customer_id, ours.profile(new))
    try:
        await erp.put_address(applicant.customer_id, "billing", new.address)
        await erp.put_address(applicant.customer_id, "delivery", new.address)
    except Rejected as problem:
        raise ours.readdressed(problem) from problem


async def retire_erp_customer(applicant: Applicant) -> None:
    await erp.retire_customer(applicant.customer_id)


async def create_crm_account(applicant: Applicant) -> None:
    await crm.put_account(applicant.customer_id, ours.account(applicant.details))


async def remove_crm_account(applicant: Applicant) -> None:
    await crm.remove_account(applicant.customer_id)


async def send_welcome(applicant: Applicant) -> Welcome:
    """Under the id of the onboarding: one Message-ID, however often it is tried."""
    try:
        await notifications.put_message(applicant.id, welcome(applicant.details))
    except Rejected as problem:
        if problem.slug not in {"undeliverable", "message-refused"}:
            raise
        return "undeliverable"
    return "sent"
