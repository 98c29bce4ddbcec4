"""The in-process Sender against small ASGI apps: what a network would show, it shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.calls.http import Lost, Reply, Request, Silent
from runtime.calls.in_process import InProcessSender
from runtime.context import TIMEOUT_MS

START: Message = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]}


async def call(app: ASGIApp, request: Request, timeout: float = 5) -> Reply:
    return await InProcessSender(app)(request, timeout=timeout)


async def test_the_app_gets_the_request_and_the_caller_the_answer() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = StarletteRequest(scope, receive)
        body = await request.body()
        text = f"{request.method} {request.url.path} {request.query_params['q']} {body.decode()}"
        await PlainTextResponse(text, 201)(scope, receive, send)

    request = Request("PUT", "/a?q=%C3%A9", [(b"content-type", b"text/plain")], b"hello")
    reply = await call(app, request)

    assert (reply.status, reply.body) == (201, "PUT /a é hello".encode())
    assert reply.header(b"content-type") == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("url", "path", "raw_path", "query"),
    [
        ("/a", "/a", b"/a", b""),
        ("/a?b=1?c", "/a", b"/a", b"b=1?c"),
        ("/a%2Fb/%C3%A9?c=%20", "/a/b/é", b"/a%2Fb/%C3%A9", b"c=%20"),
    ],
)
async def test_a_path_arrives_decoded_and_raw(
    url: str, path: str, raw_path: bytes, query: bytes
) -> None:
    seen: Scope = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope)
        await PlainTextResponse("")(scope, receive, send)

    await call(app, Request("GET", url))

    assert (seen["path"], seen["raw_path"], seen["query_string"]) == (path, raw_path, query)


async def test_an_answer_in_pieces_arrives_whole() -> None:
    async def pieces() -> AsyncIterator[str]:
        for piece in ("a", "b", "c"):
            yield piece

    reply = await call(StreamingResponse(pieces()), Request("GET", "/"))

    assert reply.body == b"abc"


async def test_the_caller_stays_on_the_line_until_it_is_answered() -> None:
    heard: list[str] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

        async def listen() -> None:
            heard.append((await receive())["type"])

        listener = asyncio.ensure_future(listen())
        await asyncio.sleep(0.01)
        assert heard == []
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})
        await listener

    assert (await call(app, Request("GET", "/"))).body == b"ok"
    assert heard == ["http.disconnect"]


@pytest.mark.parametrize("more", [[], [{"type": "http.response.body", "more_body": True}]])
@pytest.mark.parametrize("fails", [True, False])
async def test_an_answer_that_stops_halfway_is_lost(more: list[Message], fails: bool) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in [START, *more]:
            await send(message)
        if fails:
            raise RuntimeError("boom")

    with pytest.raises(Lost):
        await call(app, Request("GET", "/"))


async def test_a_crash_before_the_answer_looks_as_it_does_over_the_network() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("boom")

    assert await call(app, Request("GET", "/")) == Reply(500, [], b"Internal Server Error")


async def test_a_crash_after_the_answer_does_not_take_it_back() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("done")(scope, receive, send)
        raise RuntimeError("boom")

    assert (await call(app, Request("GET", "/"))).body == b"done"


async def sleeps(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await asyncio.sleep(0.2)


async def test_the_timeout_bounds_an_app_that_was_told_no_deadline() -> None:
    with pytest.raises(Silent, match="in time"):
        await call(sleeps, Request("GET", "/"), timeout=0.02)


async def test_an_app_that_was_told_its_deadline_is_left_to_keep_it() -> None:
    reply = await call(sleeps, Request("GET", "/", [(TIMEOUT_MS, b"20")]), timeout=0.02)

    assert reply.status == 500  # it ran to its end, without an answer


async def test_cancelling_the_caller_cancels_the_app() -> None:
    cancelled = False

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        nonlocal cancelled
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            cancelled = True
            raise

    task = asyncio.ensure_future(call(app, Request("GET", "/")))
    await asyncio.sleep(0.01)
    task.cancel()

    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert cancelled
