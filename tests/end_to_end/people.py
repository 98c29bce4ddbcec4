"""Customers of a test's own, in the ERP and in the CRM."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.tokens import forged

ANNA = {"name": "Anna Berg", "email": "anna@example.com", "phone": "+46 8 1"}
ANN = {"name": "Ann Berg-Hill", "email": "ann@example.com", "phone": "+44 20 2"}
HOME = {"street": "Storgata 1", "city": "Oslo", "postalCode": "0155", "country": "NO"}


@dataclass(frozen=True)
class Person:
    """What is asked here goes to process/customers, as the back office unless a token says otherwise."""

    id: str
    platform: Deployment
    backends: Backends

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self.platform.call(
            method,
            "process/customers",
            f"/customers/{self.id}{path}",
            client="backoffice",
            **options,
        )

    async def view(self, **options: Any) -> dict[str, Any]:
        reply = await self.ask("GET", "/view", **options)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    async def version(self) -> str:
        return str((await self.view(params={"part": "profile"}))["profile"]["value"]["version"])

    async def update(self, key: str, wanted: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.ask(
            "PUT", "/profile", json=wanted, headers={"idempotency-key": key, **headers}
        )

    def token(self, scope: str = "customers:read customers:write") -> str:
        """As the customer's own."""
        return forged(self.platform, sub=self.id, aud="strata:process", scope=scope)

    def kept(self) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """What the ERP and the CRM have, in words that compare: the CRM has no phone number."""
        erp = next(c for c in self.backends.state("erp")["customers"] if c["CustNo"] == self.id)
        accounts = self.backends.state("crm")["accounts"]
        crm = next((a for a in accounts if a["externalRef"] == self.id), None)
        return (
            {"name": erp["Name1"], "email": erp["Email"], "phone": erp["Phone"]},
            crm and {"name": crm["displayName"], "email": crm["mail"]},
        )

    def assert_both_are(self, profile: dict[str, Any]) -> None:
        in_crm = {name: profile[name] for name in ("name", "email")}
        assert self.kept() == ({"phone": None, **profile}, in_crm)


async def somebody(platform: Deployment, backends: Backends, *, account: bool = True) -> Person:
    person = Person(f"C-{uuid4().hex[:12]}", platform, backends)
    await _put(platform, "erp", f"/customers/{person.id}", ANNA)
    await _put(platform, "erp", f"/customers/{person.id}/addresses/billing", HOME)
    if account:
        segment = {"name": ANNA["name"], "email": ANNA["email"], "segment": "gold"}
        await _put(platform, "crm", f"/accounts/{person.id}", segment)
        call = {"kind": "call", "subject": "Asked for a quote", "at": "2026-02-03T10:00:00Z"}
        await _put(platform, "crm", f"/accounts/{person.id}/activities/a-1", call)
    return person


async def _put(platform: Deployment, api: str, path: str, body: dict[str, Any]) -> None:
    reply = await platform.call("PUT", f"system/{api}", path, client="integrator", json=body)
    assert reply.status_code == 200, reply.text
