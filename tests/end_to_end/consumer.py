"""Somebody with a web page, an app and a partner's systems, and something in each state there."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

import httpx

from runtime.contracts.contract import Contract
from tests.end_to_end.every_operation import CARD, CART, PARTNER, REQUESTS, SUBSCRIPTION, WEB
from tests.end_to_end.onboarding import somebody
from tests.end_to_end.people import ANNA, Person
from tests.end_to_end.tokens import forged

SCOPES = (
    "mobile:home mobile:orders mobile:profile mobile:sign-up "
    "web:catalogue web:checkout web:orders web:account web:sign-up "
    "partner:orders partner:stock partner:usage partner:subscriptions"
)

_numbers = itertools.count(1)


@dataclass
class Consumer:
    person: Person
    known: dict[str, str] = field(default_factory=dict)
    """Ids by what they are of, for requests."""
    whole: dict[str, str] = field(default_factory=dict)
    """What operations answered when all was well."""

    async def send(self, api: str, operation: str, **headers: str) -> httpx.Response:
        """As every_operation.py has it."""
        request = REQUESTS[api][operation]
        known = {**self.known, "reference": f"reference-{next(_numbers)}"}
        method = Contract.load(f"{api}/v1").operations[operation].method.upper()
        body = {} if request.body is None else {"json": request.body(known)}
        return await self.ask(method, api, request.path.format(**known), headers, **body)

    async def ask(
        self, method: str, api: str, path: str, headers: dict[str, str] | None = None, **body: Any
    ) -> httpx.Response:
        platform = self.person.platform
        token = forged(platform, sub=self.person.id, scope=SCOPES)
        sent = {"authorization": f"Bearer {token}", "idempotency-key": f"consumer-{next(_numbers)}"}
        return await platform.call(method, api, path, headers=sent | (headers or {}), **body)

    async def settle(self) -> None:
        """Something of everything there is to look at, and to use up."""
        places = ("order", "to_cancel", "to_return", "returned")
        ordered = await asyncio.gather(*(self._ordered() for _ in places))
        self.known |= dict(zip(places, ordered, strict=True))
        back = f"/orders/{self.known['returned']}/returns"
        profile = {**ANNA, "version": await self.person.version()}
        line = {**CART, "reference": f"reference-{next(_numbers)}", "payment": CARD}
        subscription = SUBSCRIPTION(self.known)
        self.known |= {
            "return": await self._made("POST", WEB, back, {"reason": "too many"}),
            "update": await self._made("PUT", WEB, "/account", profile),
            "bulk": await self._made("POST", PARTNER, "/bulk-orders", {"orders": [line]}),
            "sign_up": await self._made("POST", WEB, "/sign-ups", somebody()),
            "subscription": await self._made("POST", PARTNER, "/subscriptions", subscription),
            "to_delete": await self._made("POST", PARTNER, "/subscriptions", subscription),
        }
        self.known["version"] = await self.person.version()

    async def _ordered(self) -> str:
        return await self._made("POST", WEB, "/checkout", {**CART, "payment": CARD})

    async def _made(self, method: str, api: str, path: str, body: Any) -> str:
        reply = await self.ask(method, api, path, json=body)
        assert reply.is_success, reply.text
        return str(reply.json()["id"])
