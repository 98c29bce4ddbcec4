"""An onboarding as its callers see it, out of the journal of its flow."""

from collections.abc import Mapping

from contracts.models.canonical import Problem, TimelineEntry
from contracts.models.process.onboarding.v1 import (
    Applicant,
    Decision,
    NewOnboarding,
    Onboarding,
    OnboardingStatus,
    Review,
)
from process_apis.onboarding.onboard_customer import (
    find_duplicates,
    look_at_screening,
    onboard_customer,
    screen,
    settle,
)
from process_apis.onboarding.screening import REVIEW
from runtime.flows.flow import step_result
from runtime.flows.run import Run, Status, StepRecord
from runtime.problems import NAMESPACE

REJECTIONS = {
    NAMESPACE + kind
    for kind in ("duplicate-customer", "review-expired", "review-rejected", "screening-rejected")
}
KEPT = ("screen", "settle")
"""How those begin whose undos undo nothing, which is nothing to tell."""

ENGINES: Mapping[OnboardingStatus, Status] = {
    "checking": "running",
    "review": "running",
    "completed": "completed",
    "rejected": "failed",
    "failed": "failed",
    "attention": "stuck",
}
"""As what the engine has the runs of each status of ours."""


def status(run: Run) -> OnboardingStatus:
    if run.status == "failed":
        return "rejected" if (run.problem or {}).get("type") in REJECTIONS else "failed"
    if run.status == "running":
        return "review" if in_review(run) else "checking"
    return "completed" if run.status == "completed" else "attention"


def in_review(run: Run) -> bool:
    """Also in the moment in which it looks what the provider has done."""
    waits = any(step.kind == "wait" and step.name.startswith(REVIEW) for step in run.steps)
    return waits and not run.ended and decision_of(run) is None


def decision_of(run: Run) -> Decision | None:
    """The one that counts: a person's, or the provider's where that was faster."""
    tries = (step.name for step in run.steps if step.name.startswith(settle.__name__))
    made = (step_result(run, settle, name) for name in tries)
    return next((decision for decision in made if decision is not None), None)


def onboarding(run: Run, *, to_reviewer: bool) -> Onboarding:
    done = onboard_customer.result_of(run) if run.status == "completed" else None
    return Onboarding(
        id=run.id,
        status=status(run),
        customer_id=done.customer_id if done else None,
        welcome=done.welcome if done else None,
        created_at=run.created_at,
        failure=Problem.model_validate(run.problem) if run.problem else None,
        timeline=[_entry(step) for step in run.steps if _is_told(step)],
        review=_review(run) if to_reviewer else None,
    )


def _review(run: Run) -> Review | None:
    """None for one about which there was nothing to decide, and nothing was found."""
    duplicates = step_result(run, find_duplicates) or []
    found = _reasons(run)
    if not duplicates and not found:
        return None
    return Review(
        applicant=_applicant(run) if in_review(run) else None,
        screening=found,
        duplicates=duplicates,
        decision=decision_of(run),
    )


def _reasons(run: Run) -> list[str]:
    """Of the last look at the screening that told anything."""
    looks = [step.name for step in run.steps if step.name.startswith(look_at_screening.__name__)]
    seen = [step_result(run, look_at_screening, name) for name in reversed(looks)]
    last = next((one for one in seen if one), None) or step_result(run, screen)
    return list(last.reasons) if last else []


def _applicant(run: Run) -> Applicant:
    new = NewOnboarding.model_validate(run.payload)
    return Applicant.model_validate(
        new.model_dump(include=set(Applicant.model_fields) & set(NewOnboarding.model_fields))
    )


def _is_told(step: StepRecord) -> bool:
    """The waiting and looking in between is for operators."""
    if step.kind == "undo":
        return not step.name.startswith(KEPT)
    return step.kind == "do" and not step.name.startswith("look_at_")


def _entry(step: StepRecord) -> TimelineEntry:
    return TimelineEntry(at=step.at, step=step.name, outcome=step.came_to, detail=step.why)
