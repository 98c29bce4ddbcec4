"""Onboardings: each operation starts the flow, tells it something, or reads its journal."""

from typing import Annotated, Literal

import structlog

from contracts.models.process.onboarding.v1 import (
    Decision,
    NewDecision,
    NewOnboarding,
    Onboarding,
    Onboardings,
)
from process_apis.onboarding import listing, view
from process_apis.onboarding.applicant import PREFIX, check
from process_apis.onboarding.onboard_customer import onboard_customer
from runtime.apis.binding import Api
from runtime.apis.endpoint import Answer
from runtime.apis.signatures import Opened
from runtime.context import current
from runtime.flows.asking import asked, id_for, settled
from runtime.flows.engine import Engine, EventTaken
from runtime.flows.opening import flows_in
from runtime.flows.orders import NotUnderWay
from runtime.flows.run import Run
from runtime.problems import Missing, Rejected

log = structlog.get_logger()
api = Api("process/onboarding/v1", opens=flows_in("onboarding", [onboard_customer]))
Flows = Annotated[Engine, Opened]

REVIEWER = "onboarding:review"


@api.operation("startOnboarding")
async def start_onboarding(
    body: NewOnboarding, idempotency_key: str, flows: Flows
) -> Onboarding | Answer[Onboarding]:
    check(body)
    run_id = id_for(PREFIX, idempotency_key)
    run = await asked(
        flows,
        onboard_customer,
        run_id,
        body,
        owner=current().identity.subject,
        instance=_url(run_id),
        enough=view.in_review,
    )
    return _shown(run) if run.status == "completed" else Answer(_shown(run), 202)


@api.operation("listOnboardings")
async def list_onboardings(
    status: Literal["checking", "review", "completed", "rejected", "failed", "attention"],
    limit: int,
    cursor: str | None,
    flows: Flows,
) -> Onboardings:
    return await listing.page(flows, status, limit, cursor)


@api.operation("getOnboarding")
async def get_onboarding(onboarding_id: str, flows: Flows) -> Onboarding:
    return _shown(await _visible(flows, onboarding_id))


@api.operation("decideOnboarding")
async def decide_onboarding(
    onboarding_id: str, body: NewDecision, flows: Flows
) -> Onboarding | Answer[Onboarding]:
    run = await _visible(flows, onboarding_id)
    by = current().identity.subject
    decision = Decision(outcome=body.outcome, by=by, reason=body.reason)
    if view.decision_of(run) is None:
        run = await _decided(flows, run, decision)
    made = view.decision_of(run)
    if made is not None and made != decision:
        raise _already_decided()
    return _shown(run) if run.ended else Answer(_shown(run), 202)


async def _decided(flows: Engine, run: Run, decision: Decision) -> Run:
    """The run once it has gone on. A decision that crossed another one's is no longer heard."""
    if not view.in_review(run):
        raise _not_in_review(run)
    try:
        await flows.emit(run.id, "decision", decision)
    except EventTaken as taken:
        raise _already_decided() from taken
    except NotUnderWay as over:
        raise _not_in_review(run) from over
    log.info("onboarding_decided", onboarding=run.id, outcome=decision.outcome, by=decision.by)
    return await settled(flows, run.id)


async def _visible(flows: Engine, onboarding_id: str) -> Run:
    """One of the caller's own, or any for a reviewer; another's is as missing as none."""
    run = await flows.get(onboarding_id)
    caller = current().identity
    if run is None or not (REVIEWER in caller.scopes or caller.may_act_for(run.owner)):
        raise Missing(f"there is no onboarding {onboarding_id}")
    return run


def _shown(run: Run) -> Onboarding:
    return view.onboarding(run, to_reviewer=REVIEWER in current().identity.scopes)


def _not_in_review(run: Run) -> Rejected:
    says = f"the onboarding is {view.status(run)}"
    return Rejected(says, kind="not-in-review", title="There is nothing to decide", status=409)


def _already_decided() -> Rejected:
    return Rejected(kind="already-decided", title="It was decided before", status=409)


def _url(onboarding_id: str) -> str:
    return f"{api.contract.prefix}/onboardings/{onboarding_id}"
