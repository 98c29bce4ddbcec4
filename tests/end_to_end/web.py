"""The web shop as a page of it sees it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

WEB = "experience/web"
PREFIX = f"/{WEB}/v1"
SHORT = {"x-request-timeout-ms": "1200"}
"""The time of a caller who will not wait for slow backends."""


def slow(backends: Backends, *calls: tuple[str, str]) -> None:
    """Each of these, by backend and operation, takes as long as it just may."""
    for backend, operation in calls:
        backends.fault(backend, operation, "delay", seconds=1.2)


ORDERING = (("erp", "CreateSalesOrder"), ("payments", "captureIntent"))


async def web(platform: Deployment, method: str, path: str, **options: Any) -> httpx.Response:
    """`path` below the API, or as one of its own answers links to it."""
    return await platform.call(method, WEB, path.removeprefix(PREFIX), **options)


async def until(
    platform: Deployment, path: str, done: Callable[[Any], bool], **options: Any
) -> Any:
    """What is at a status URL, once it has come to its end."""
    for _ in range(300):
        reply = await web(platform, "GET", path, **options)
        assert reply.status_code == 200, reply.text
        if done(reply.json()):
            return reply.json()
        await asyncio.sleep(0.1)
    raise TimeoutError(reply.text)


@asynccontextmanager
async def following(
    platform: Deployment, path: str, **headers: str
) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The events of a stream, id and data, as they come."""
    bearer = {"authorization": f"Bearer {platform.token('ada')}", **headers}
    async with (
        httpx.AsyncClient(base_url=platform.urls[WEB], timeout=30) as http,
        http.stream("GET", path, headers=bearer) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"] == "text/event-stream"
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    event_id = ""
    async for line in answer.aiter_lines():
        if line.startswith("id: "):
            event_id = line.removeprefix("id: ")
        elif line.startswith("data: "):
            yield event_id, json.loads(line.removeprefix("data: "))
