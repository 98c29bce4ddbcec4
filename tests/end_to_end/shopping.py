"""Looks at the catalogue through its front door."""

from typing import Any

import httpx

from sandbox.seed import read_seed
from tests.end_to_end.deployment import Deployment

PRODUCTS = {product["sku"]: product for product in read_seed().products}

BAD_DAYS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("error_500", {}, {"reason": "failed"}),
    ("drop_connection", {}, {"reason": "failed"}),
    ("html", {}, {"reason": "bad-answer"}),
    ("unauthorized", {}, {"reason": "misconfigured"}),
    ("too_many_requests", {"seconds": 30}, {"reason": "unavailable", "retryAfter": 30}),
    ("delay", {"seconds": 5}, {"reason": "no-answer"}),
]
"""What happens to a backend, and what is said of its part."""


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


async def ask(platform: Deployment, path: str, **options: Any) -> httpx.Response:
    options = {"client": "backoffice", **options}
    return await platform.call("GET", "process/catalogue", path, **options)


async def cart(platform: Deployment, *lines: tuple[Any, Any], currency: str = "EUR") -> Any:
    """What is said of a cart; it has to be said at all."""
    body = {"currency": currency, "lines": [{"sku": s, "quantity": q} for s, q in lines]}
    reply = await post_cart(platform, body)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def post_cart(platform: Deployment, body: Any, **options: Any) -> httpx.Response:
    options = {"client": "backoffice", **options}
    return await platform.call("POST", "process/catalogue", "/availability", json=body, **options)


async def changes(platform: Deployment, since: str | None = None, limit: int = 500) -> Any:
    """A page of the stock feed."""
    given = {"since": since, "limit": limit}
    params = {name: value for name, value in given.items() if value is not None}
    reply = await ask(platform, "/stock-changes", params=params)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def hold(platform: Deployment, name: str, sku: str, quantity: int = 1) -> None:
    """Take stock off the market."""
    body = {"lines": [{"sku": sku, "quantity": quantity}], "expiresInSeconds": 86400}
    path = f"/reservations/{name}"
    reply = await platform.call("PUT", "system/inventory", path, client="integrator", json=body)
    assert reply.status_code == 200, reply.text
