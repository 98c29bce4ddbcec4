"""Answers that go on: Server-Sent Events (WHATWG HTML, section 9.2).

The contract declares `text/event-stream` with the schema of one event's data. A stream ends when its
events do, when the caller goes away, or when the time of the call is up: then the browser asks again
by itself, with the id of the last event it has seen (`Last-Event-ID`). While nothing happens a comment
is sent now and then: proxies cut a silent connection, and whoever has gone unseen is noticed by it.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from starlette.types import Receive, Send

from runtime.calls.http import Headers
from runtime.context import current

T = TypeVar("T")

MEDIA_TYPE = "text/event-stream"
RETRY = b"retry: 1000\n\n"
"""Milliseconds the browser waits before it asks again."""
BEAT = b":\n\n"
MARGIN = 0.1
"""Seconds kept back from the deadline, to end in good order."""


@dataclass(frozen=True, slots=True)
class Event(Generic[T]):
    """`id` is a line without control characters: where to go on from."""

    id: str
    data: T


@dataclass(frozen=True, slots=True)
class Stream(Generic[T]):
    """What the handler of such an operation answers with."""

    events: AsyncIterator[Event[T]]
    beat_seconds: float = 5


async def stream(
    answer: Stream[Any], data: TypeAdapter[Any], headers: Headers, receive: Receive, send: Send
) -> None:
    more: Headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # nginx would hold events back
    ]
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, *more]})
    await send({"type": "http.response.body", "body": RETRY, "more_body": True})
    sending = asyncio.create_task(_send_events(answer, data, send))
    beating = asyncio.create_task(_beat(answer.beat_seconds, send))
    gone = asyncio.create_task(_gone(receive))
    try:
        left = current().remaining() - MARGIN
        await asyncio.wait({sending, gone}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
    finally:
        tasks = (sending, beating, gone)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not sending.cancelled() and (error := sending.exception()) is not None:
        raise error
    await send({"type": "http.response.body", "body": b""})


async def _send_events(answer: Stream[Any], data: TypeAdapter[Any], send: Send) -> None:
    async for event in answer.events:
        text = data.dump_json(event.data, by_alias=True, exclude_none=True, warnings="error")
        told = b"id: " + event.id.encode() + b"\ndata: " + text + b"\n\n"
        await send({"type": "http.response.body", "body": told, "more_body": True})


async def _beat(seconds: float, send: Send) -> None:
    while True:
        await asyncio.sleep(seconds)
        await send({"type": "http.response.body", "body": BEAT, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
