"""Applicants nobody has seen before, and what became of them in each backend."""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import httpx

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

API = "process/onboarding"
PERSON = {"kind": "person", "birthDate": "1990-05-17", "phone": "+49 30 1"}


def letters(count: int) -> str:
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=count))  # noqa: S311


def somebody(**changes: Any) -> dict[str, Any]:
    """Like nobody else in name, address and e-mail; None leaves a member out."""
    given, family = letters(9).title(), letters(11).title()
    address = {"street": f"{letters(12).title()} {random.randint(1, 99)}", "city": "Berlin"}  # noqa: S311
    address |= {"postalCode": f"{random.randint(10000, 99999)}", "country": "DE"}  # noqa: S311
    email = f"{given}.{family}@example.com".lower()
    told = {**PERSON, "name": f"{given} {family}", "email": email, "address": address, **changes}
    return {name: value for name, value in told.items() if value is not None}


def watched(**changes: Any) -> dict[str, Any]:
    """Somebody at whom the screening provider wants a person to look."""
    return somebody(name="Marguerite Quell", **changes)


@dataclass
class Onboardings:
    platform: Deployment
    backends: Backends

    async def start(
        self, key: str, new: dict[str, Any], client: str = "backoffice", **headers: str
    ) -> httpx.Response:
        sent = {"idempotency-key": key, **headers}
        return await self.ask("POST", "/onboardings", client=client, json=new, headers=sent)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self.platform.call(method, API, path, **{"client": "backoffice", **options})

    async def get(self, onboarding_id: str, client: str = "reviewer") -> dict[str, Any]:
        reply = await self.ask("GET", f"/onboardings/{onboarding_id}", client=client)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    async def decide(
        self, onboarding_id: str, outcome: str, reason: str = "looked at the passport", **more: Any
    ) -> httpx.Response:
        body = {"outcome": outcome, "reason": reason}
        path = f"/onboardings/{onboarding_id}/decision"
        return await self.ask("POST", path, **{"client": "reviewer", "json": body, **more})

    async def until(self, onboarding_id: str, *statuses: str) -> dict[str, Any]:
        for _ in range(1200):
            found = await self.get(onboarding_id)
            if found["status"] in statuses:
                return found
            await asyncio.sleep(0.05)
        raise TimeoutError(f"{onboarding_id} is {found['status']}")

    async def settled(self, reply: httpx.Response) -> dict[str, Any]:
        return await self.until(id_of(reply), "completed", "rejected", "failed", "attention")

    async def taken_back(self, customer_id: str) -> None:
        """By hand, so that nobody in a later test is taken for it."""
        for api, path in (("erp", "customers"), ("crm", "accounts")):
            reply = await self.platform.call(
                "DELETE", f"system/{api}", f"/{path}/{customer_id}", client="integrator"
            )
            assert reply.status_code == 204, reply.text

    def in_erp(self, email: str) -> list[dict[str, Any]]:
        return [dict(c) for c in self.backends.state("erp")["customers"] if c["Email"] == email]

    def addresses(self, customer_id: str) -> dict[str, str]:
        """The street by the ERP's type of address."""
        held = self.backends.state("erp")["addresses"]
        return {a["AddrType"]: a["Street"] for a in held if a["CustNo"] == customer_id}

    def in_crm(self, email: str) -> list[dict[str, Any]]:
        return [dict(a) for a in self.backends.state("crm")["accounts"] if a["mail"] == email]

    def checks(self, onboarding_id: str) -> list[dict[str, Any]]:
        held = self.backends.state("compliance")["checks"]
        return [dict(check) for check in held if check["externalReference"] == onboarding_id]

    def assert_taken_on(self, new: dict[str, Any], onboarding: dict[str, Any]) -> None:
        """Once in ERP and CRM under one id, with both addresses, and one welcome."""
        assert onboarding["status"] == "completed", onboarding
        [customer], [account] = self.in_erp(new["email"]), self.in_crm(new["email"])
        assert customer["CustNo"] == account["externalRef"] == onboarding["customerId"]
        street = new["address"]["street"]
        assert self.addresses(customer["CustNo"]) == {"B": street, "D": street}
        [letter] = self.backends.letters_to(new["email"])
        assert letter["alwaysTheSame"]

    def assert_nothing_left_of(self, new: dict[str, Any]) -> None:
        assert self.in_erp(new["email"]) == []
        assert self.in_crm(new["email"]) == []
        assert self.backends.letters_to(new["email"]) == []


def id_of(reply: httpx.Response) -> str:
    """Of the onboarding, also where it failed."""
    answer = reply.json()
    return str(answer.get("id") or answer["instance"].rsplit("/", 1)[1])
