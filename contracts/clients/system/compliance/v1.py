# generated from contracts/system/compliance/v1.yaml; do not edit
"""Compliance System API 1.0.0, as its callers see it."""

from contracts.models.system.compliance.v1 import Decision, Screening, Subject
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class ComplianceClient(ApiClient):
    api = "system/compliance/v1"

    async def get_screening(self, screening_id: str) -> Screening:
        """A screening by the caller's id, as it stands now."""
        return await self.call("GET", f"/screenings/{segment(screening_id)}", Screening)

    async def put_screening(self, screening_id: str, body: Subject) -> Screening:
        """Have a subject screened under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/screenings/{segment(screening_id)}", Screening, body=body)

    async def put_decision(self, screening_id: str, body: Decision) -> Screening:
        """Settle a screening that is in review as a person of ours decided; again changes nothing."""
        return await self.call("PUT", f"/screenings/{segment(screening_id)}/decision", Screening, body=body)
