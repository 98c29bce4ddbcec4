"""Orders as the back office sees them, and their runs as an operator does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.plain import NOBODY

RUNS = "/operations/flows"


async def order_of(platform: Deployment, order_id: str) -> dict[str, Any]:
    reply = await platform.call("GET", "process/orders", f"/orders/{order_id}", client="backoffice")
    return dict(reply.json())


async def under_way(platform: Deployment, backends: Backends, backend: str, operation: str) -> str:
    """The order that has come to that operation of a backend, which is ada's newest; its id."""
    await backends.called(backend, operation)
    newest = "/orders?customerId=C-1001&limit=1"
    reply = await platform.call("GET", "process/orders", newest, client="backoffice")
    return str(reply.json()["items"][0]["id"])


async def settled(platform: Deployment, order_id: str) -> dict[str, Any]:
    """The order once it is neither placing nor cancelling."""
    for _ in range(300):
        order = await order_of(platform, order_id)
        if order["status"] not in {"placing", "cancelling"}:
            return order
        await asyncio.sleep(0.1)
    raise TimeoutError(order_id)


def id_in(answer: dict[str, Any]) -> str:
    """Of the order that an answer is about, or the problem it had."""
    return str(answer.get("id") or answer["instance"].rsplit("/", 1)[1])


@asynccontextmanager
async def operator(platform: Deployment) -> AsyncIterator[httpx.AsyncClient]:
    """The same without a command's second to start."""
    form = {"grant_type": "client_credentials", "client_id": "flow-operations"}
    form |= {"client_secret": "flow-operations-dev"}
    async with httpx.AsyncClient(
        base_url=platform.urls["process/orders"], timeout=10, verify=NOBODY
    ) as http:
        granted = (await http.post("/oauth/token", data=form)).json()
        http.headers["authorization"] = f"Bearer {granted['access_token']}"
        yield http


async def operate(platform: Deployment, run_id: str, action: str) -> None:
    async with operator(platform) as http:
        order = {"action": action, "reason": "ticket 4711"}
        answer = await http.post(f"{RUNS}/{run_id}/orders", json=order)
    assert answer.status_code == 202, answer.text
