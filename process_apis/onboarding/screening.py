"""How long a screening is waited for, what it and a person's decision mean. Nothing here calls."""

import re
from collections.abc import Iterator

from contracts.models.process.onboarding.v1 import Decision
from contracts.models.system.compliance.v1 import Decision as Told
from contracts.models.system.compliance.v1 import Screening
from runtime.problems import Rejected, Unavailable

HOUR, DAY = 3600.0, 86400.0

REVIEW = "review"
"""What the waits for a person are called in the journal."""

PROVIDER = "provider"
CLEARED_THERE = Decision(outcome="approve", by=PROVIDER, reason="cleared by the provider")
REJECTED_THERE = Decision(outcome="reject", by=PROVIDER, reason="rejected by the provider")


def pauses(first: float, longest: float, total: float) -> Iterator[float]:
    """Seconds, each twice the one before."""
    waited, pause = 0.0, first
    while waited < total:
        yield min(pause, total - waited)
        waited += pause
        pause = min(pause * 2, longest)


PAUSES = tuple(pauses(0.25, 60, 2 * HOUR))
"""Between two looks at a screening that is not done yet; then it is given up."""

REVIEW_PAUSES = tuple(pauses(2, DAY / 4, 30 * DAY))
"""Between two looks at what an analyst of the provider has done, while we wait for a person of ours.
A month in all: after that nobody will."""


def refuse(screening: Screening) -> None:
    """Why is not told: whoever asks may be who must not be warned."""
    if screening.status == "pending":
        raise Unavailable("compliance: the screening is not done", retry_after=600)
    if screening.status == "rejected":
        raise Rejected(kind="screening-rejected", title="We cannot take on this customer")


def refuse_rejected(decision: Decision) -> None:
    if decision.outcome == "reject":
        raise Rejected(kind="review-rejected", title="We do not take on this customer")


def decided_there(screening: Screening | None, ours_to_decide: bool) -> Decision | None:
    """What an analyst of the provider has decided for us too: a rejection always, and to take somebody
    on where there is nothing else to decide."""
    if screening is None or screening.status not in {"clear", "rejected"}:
        return None
    if screening.status == "rejected":
        return REJECTED_THERE
    return None if ours_to_decide else CLEARED_THERE


def as_settled(screening: Screening, decision: Decision) -> Decision | None:
    """What counts where the provider does not take our decision: None as long as there is none."""
    if screening.status in {"pending", "review"}:
        return None
    against = decision.outcome == "approve" and screening.status == "rejected"
    return REJECTED_THERE if against else decision


def as_told(decision: Decision) -> Told:
    outcome = "clear" if decision.outcome == "approve" else "rejected"
    return Told.model_validate(
        {"outcome": outcome, "by": _id(decision.by), "reason": decision.reason}
    )


def _id(subject: str) -> str:
    """As the contract of compliance has ids: an issuer's subject may have other signs in it, such as
    `auth0|77`. The journal has it as it is."""
    return re.sub(r"^[^A-Za-z0-9]|[^A-Za-z0-9_.@-]", "_", subject).lstrip("_")[:80] or "unnamed"
