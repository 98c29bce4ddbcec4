"""Bulk orders as a partner sends them and looks after them."""

import asyncio
import time
from typing import Any
from xml.etree import ElementTree

import httpx

from tests.end_to_end.deployment import Deployment

API = "experience/partner"
NORTH, SOUTH = "partner-north", "partner-south"

Order = dict[str, Any]


def order(reference: str, sku: str = "CBL-USBC-2M", quantity: Any = 1, **more: Any) -> Order:
    return {
        "reference": reference,
        "currency": "EUR",
        "lines": [{"sku": sku, "quantity": quantity}],
        "payment": {"token": "pm_card_visa"},
        **more,
    }


async def ask(
    platform: Deployment, method: str, path: str, *, client: str = NORTH, **options: Any
) -> httpx.Response:
    return await platform.call(method, API, path, client=client, **options)


async def send(
    platform: Deployment, key: str, orders: list[Order], *, client: str = NORTH
) -> httpx.Response:
    headers, body = {"idempotency-key": key}, {"orders": orders}
    return await ask(platform, "POST", "/bulk-orders", client=client, json=body, headers=headers)


async def send_xml(platform: Deployment, key: str, orders: list[Order]) -> httpx.Response:
    headers = {"idempotency-key": key, "content-type": "application/xml"}
    content = as_xml("bulk", {"order": orders})
    return await ask(platform, "POST", "/bulk-orders", content=content, headers=headers)


def as_xml(name: str, value: Any) -> bytes:
    return bytes(ElementTree.tostring(_element(name, value)))


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        for member, inner in value.items():
            for each in inner if isinstance(inner, list) else [inner]:
                element.append(_element(member, each))
    else:
        element.text = str(value)
    return element


async def progress(platform: Deployment, bulk_id: str) -> dict[str, Any]:
    reply = await ask(platform, "GET", f"/bulk-orders/{bulk_id}")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def completed(
    platform: Deployment, bulk_id: str, *, placed: int | None = None, seconds: float = 100
) -> dict[str, Any]:
    """How it stands once it has ended, or has placed so many."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = await progress(platform, bulk_id)
        if found["status"] != "running" or (placed is not None and found["placed"] >= placed):
            return found
        await asyncio.sleep(0.2 if placed is not None else 1)
    raise TimeoutError(found)


async def lines_of(platform: Deployment, bulk_id: str, **query: Any) -> list[dict[str, Any]]:
    """All of them, page by page."""
    path, found = f"/bulk-orders/{bulk_id}/lines", []
    while True:
        reply = await ask(platform, "GET", path, params=query)
        assert reply.status_code == 200, reply.text
        page = reply.json()
        found += page["items"]
        if "nextCursor" not in page:
            return found
        query["cursor"] = page["nextCursor"]


def id_in_xml(reply: httpx.Response) -> str:
    return str(ElementTree.fromstring(reply.content).findtext("id"))  # noqa: S314 - our own answer


def pointers(line: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in line["problem"].get("errors", [])]
