"""Server-Sent Events over a real socket: as they happen, to the end, and no longer than a call may take."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from runtime.apis.gate import Gate
from runtime.apis.streams import Event
from runtime.settings import Limits
from tests.plain import NOBODY
from tests.runtime.conftest import Logged
from tests.runtime.probe import KEY, NAME, SCOPES, Thing, calling, probe
from tests.runtime.tokens import token

NO_TIME = Limits(deadline_seconds=0.4, max_body_bytes=1000)


@asynccontextmanager
async def served(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(gate, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    url = f"http://127.0.0.1:{bound.getsockname()[1]}/{NAME}"
    headers = {"authorization": f"Bearer {token(KEY, scope=SCOPES)}"}
    try:
        async with httpx.AsyncClient(
            base_url=url, headers=headers, timeout=5, verify=NOBODY
        ) as client:
            yield client
    finally:
        server.should_exit = True
        await serving


def events(text: str) -> list[tuple[str, Any]]:
    """Id and data of each."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block.startswith("id: ")]
    return [(i.removeprefix("id: "), json.loads(d.removeprefix("data: "))) for i, d in blocks]


async def test_each_event_is_sent_when_it_happens() -> None:
    told, may_go_on = asyncio.Event(), asyncio.Event()

    async def follow(_last: str | None) -> AsyncIterator[Event[Thing]]:
        yield Event("1", Thing(name="hammer", quantity=1))
        told.set()
        await may_go_on.wait()
        yield Event("2", Thing(name="hammer", quantity=2))

    async with (
        served(probe(follow=follow)) as client,
        client.stream("GET", "/things/axe/events") as answer,
    ):
        lines = answer.aiter_lines()
        first = [await anext(lines) for _ in range(4)]
        await told.wait()
        may_go_on.set()
        rest = [line async for line in lines]
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert first == ["retry: 1000", "", "id: 1", 'data: {"name":"hammer","quantity":1}']
    assert 'data: {"name":"hammer","quantity":2}' in rest


async def test_while_nothing_happens_it_beats() -> None:
    async def follow(_last: str | None) -> AsyncIterator[Event[Thing]]:
        await asyncio.Event().wait()
        yield Event("never", Thing(name="hammer", quantity=1))

    async with (
        served(probe(follow=follow, beat_seconds=0.02)) as client,
        client.stream("GET", "/things/axe/events") as answer,
    ):
        lines = answer.aiter_lines()
        told = [await anext(lines) for _ in range(6)]
    assert told == ["retry: 1000", "", ":", "", ":", ""]


async def test_it_goes_on_after_the_event_seen_last() -> None:
    async with served(probe()) as client:
        all_of_it = await client.get("/things/axe/events")
        rest = await client.get("/things/axe/events", headers={"last-event-id": "1"})
    assert [number for number, _ in events(all_of_it.text)] == ["1", "2"]
    assert events(rest.text) == [("2", {"name": "hammer", "quantity": 2})]


async def test_it_ends_in_good_order_when_its_time_is_up() -> None:
    ended = asyncio.Event()

    async def follow(_last: str | None) -> AsyncIterator[Event[Thing]]:
        try:
            yield Event("1", Thing(name="hammer", quantity=1))
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(probe(follow=follow, limits=NO_TIME)) as client:
        answer = await client.get("/things/axe/events")
        await asyncio.wait_for(ended.wait(), 2)
    assert [number for number, _ in events(answer.text)] == ["1"]


async def test_who_goes_away_is_not_told_any_more() -> None:
    ended = asyncio.Event()

    async def follow(_last: str | None) -> AsyncIterator[Event[Thing]]:
        try:
            yield Event("1", Thing(name="hammer", quantity=1))
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(probe(follow=follow)) as client:
        async with client.stream("GET", "/things/axe/events") as answer:
            await anext(answer.aiter_lines())
        await asyncio.wait_for(ended.wait(), 2)


async def test_what_fails_before_the_first_event_is_a_problem() -> None:
    async with calling(probe(), bearer="") as client:
        answer = await client.get("/things/axe/events")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_fails_later_is_logged_and_the_stream_breaks_off(logged: Logged) -> None:
    async def follow(_last: str | None) -> AsyncIterator[Event[Thing]]:
        yield Event("1", Thing(name="hammer", quantity=1))
        raise RuntimeError("a defect")

    async with served(probe(follow=follow)) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/things/axe/events")
    assert any(line["event"] == "unhandled" for line in logged())
