"""Sign-ups as the applicant sees them: how one stands, and never why somebody is not taken on."""

from collections.abc import Mapping
from typing import Literal

from contracts.models.experience.mobile.v1 import SignUp
from contracts.models.process.onboarding.v1 import Onboarding, OnboardingStatus
from runtime.problems import Rejected

Status = Literal["checking", "review", "completed", "refused", "failed", "attention"]

SHOWN: Mapping[OnboardingStatus, tuple[Status, str]] = {
    "checking": ("checking", "We check what you have told us"),
    "review": ("review", "Somebody of ours has a look, which may take some days"),
    "completed": ("completed", "Welcome, your account is open"),
    "rejected": ("refused", "We cannot open an account for you"),
    "failed": ("failed", "Something went wrong, please try again"),
    "attention": ("attention", "Somebody of ours finishes it"),
}

NOT_TOLD = frozenset({"review-expired", "review-rejected", "screening-rejected"})
"""Whoever asks may be who must not be warned: even by which of these it was."""


def sign_up(onboarding: Onboarding) -> SignUp:
    status, says = SHOWN[onboarding.status]
    return SignUp(id=onboarding.id, status=status, says=says, customer_id=onboarding.customer_id)


class SignUpRefused(Rejected):
    """And not why."""

    kind = "sign-up-refused"
    title = SHOWN["rejected"][1]
