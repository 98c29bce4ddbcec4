# generated from contracts/process/onboarding/v1.yaml; do not edit
"""Onboarding Process API 1.0.0, as its callers see it."""

from typing import Literal

from contracts.models.process.onboarding.v1 import NewDecision, NewOnboarding, Onboarding, Onboardings
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class OnboardingClient(ApiClient):
    api = "process/onboarding/v1"

    async def list_onboardings(self, *, status: Literal['checking', 'review', 'completed', 'rejected', 'failed', 'attention'], limit: int | None = None, cursor: str | None = None) -> Onboardings:
        """Onboardings by what has become of them, the newest first."""
        return await self.call("GET", "/onboardings", Onboardings, query={'status': status, 'limit': limit, 'cursor': cursor})

    async def start_onboarding(self, body: NewOnboarding, *, idempotency_key: str | None = None) -> Onboarding:
        """Take on a new customer."""
        return await self.call("POST", "/onboardings", Onboarding, headers={'Idempotency-Key': idempotency_key}, body=body)

    async def get_onboarding(self, onboarding_id: str) -> Onboarding:
        """An onboarding with its timeline; for reviewers also what there is to decide."""
        return await self.call("GET", f"/onboardings/{segment(onboarding_id)}", Onboarding)

    async def decide_onboarding(self, onboarding_id: str, body: NewDecision) -> Onboarding:
        """Decide an onboarding in review; the same again changes nothing."""
        return await self.call("POST", f"/onboardings/{segment(onboarding_id)}/decision", Onboarding, body=body)
