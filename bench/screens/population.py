"""Customers with more to show than any screen holds, beside those of the sandbox's seed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import httpx

from bench.screens.deployed import Deployed
from sandbox.seed import read_seed

SECRET = "of-this-bench"  # noqa: S105 - of a development client that lives as long as a bench
LARGEST = "C-9001"
LONGEST_NAME = "Ж" * 120
"""The longest the contracts allow, in letters of two bytes."""
LARGEST_PROFILE = {"name": LONGEST_NAME, "email": "ж@example.com", "phone": "+49 30 5550 142"}
ACTIVITIES = 100
ORDERS = {LARGEST: 60, "C-1001": 20, "C-1002": 5, "C-1003": 1}
LINES = {LARGEST: 100}
"""Of each order; others have three."""
AT_ONCE = 2
WAREHOUSE = {"authorization": "Bearer sandbox-wms-token"}


def customers() -> list[str]:
    return [customer["id"] for customer in read_seed().customers] + [LARGEST]


def clients(scopes: list[str]) -> dict[str, Any]:
    """A development client for every customer, of the same name."""
    return {id: {"secret": SECRET, "subject": id, "scopes": scopes} for id in customers()}


@dataclass
class Population:
    """`orders`: of each customer, as they were placed."""

    deployed: Deployed
    http: httpx.AsyncClient
    orders: dict[str, list[str]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, client: str, secret: str = SECRET) -> str:
        if client not in self._tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": client,
                "client_secret": secret,
            }
            url = next(url for api, url in self.deployed.urls.items() if "experience/" in api)
            reply = await self.http.post(f"{url}/oauth/token", data=form)
            self._tokens[client] = reply.raise_for_status().json()["access_token"]
        return self._tokens[client]

    async def send(
        self, method: str, api: str, path: str, token: str, **options: Any
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}", **options.pop("headers", {})}
        url = f"{self.deployed.urls[api]}/{api}/v1{path}"
        reply = await self.http.request(method, url, headers=headers, **options)
        if not reply.is_success:
            raise RuntimeError(f"{method} {url}: {reply.text}")
        return reply

    async def fill(self) -> None:
        await self._stock()
        await self._largest()
        for customer in customers():
            self.orders[customer] = await self._order(customer, ORDERS.get(customer, 0))

    async def _stock(self) -> None:
        lines = [{"article": product["sku"], "qty": 90_000} for product in read_seed().products]
        url = f"{self.deployed.backends['inventory']}/receipts/for-the-bench"
        reply = await self.http.put(url, json={"lines": lines}, headers=WAREHOUSE)
        reply.raise_for_status()

    async def _largest(self) -> None:
        token = await self.token("integrator", "integrator-dev")
        account = {"name": LONGEST_NAME, "email": LARGEST_PROFILE["email"], "segment": "business"}
        address = {"street": "Ж" * 60, "city": "Ж" * 40, "postalCode": "10435", "country": "DE"}
        await self.send("PUT", "system/erp", f"/customers/{LARGEST}", token, json=LARGEST_PROFILE)
        for kind in ("billing", "delivery"):
            path = f"/customers/{LARGEST}/addresses/{kind}"
            await self.send("PUT", "system/erp", path, token, json=address)
        await self.send("PUT", "system/crm", f"/accounts/{LARGEST}", token, json=account)
        for number in range(ACTIVITIES):
            path = f"/accounts/{LARGEST}/activities/a-{number}"
            at = f"2026-01-{number % 28 + 1:02d}T10:00:00Z"
            what = {"kind": "meeting", "subject": "Ж" * 120, "at": at}
            await self.send("PUT", "system/crm", path, token, json=what)

    async def _order(self, customer: str, count: int) -> list[str]:
        token = await self.token("backoffice", "backoffice-dev")
        room = asyncio.Semaphore(AT_ONCE)
        skus = [product["sku"] for product in read_seed().products]

        async def one(number: int) -> str:
            wanted = islice(cycle(skus), number, number + LINES.get(customer, 3))
            order = {
                "customerId": customer,
                "currency": "EUR",
                "lines": [{"sku": sku, "quantity": 1} for sku in wanted],
                "payment": {"token": "pm_card_visa"},
            }
            key = {"idempotency-key": f"{customer}-{number}"}
            async with room:
                reply = await self.send(
                    "POST", "process/orders", "/orders", token, json=order, headers=key
                )
            return str(reply.json()["id"])

        return list(await asyncio.gather(*map(one, range(count))))


@asynccontextmanager
async def population(deployed: Deployed) -> AsyncIterator[Population]:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        people = Population(deployed, http)
        await people.fill()
        yield people
