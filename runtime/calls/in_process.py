"""A Sender that calls an ASGI app of this process: validation, access and error mapping still run,
sockets and HTTP parsing do not. What goes wrong looks as it would over the network.
"""

import asyncio
from urllib.parse import unquote

import structlog
from starlette.types import ASGIApp, Message, Scope

from runtime.calls.http import Headers, Lost, Reply, Request, Silent
from runtime.context import TIMEOUT_MS

log = structlog.get_logger()

CRASHED = Reply(500, [], b"Internal Server Error")
"""What a server answers for an app that fails before it has said anything."""


class InProcessSender:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, request: Request, *, timeout: float) -> Reply:
        # The gate of each API keeps the deadline it is told. A second timer would never fire first
        # and costs more than all the rest of this (4 of 7 µs): only who is told nothing needs one.
        if any(name == TIMEOUT_MS for name, _ in request.headers):
            return await self._call(request)
        try:
            async with asyncio.timeout(timeout):
                return await self._call(request)
        except TimeoutError as error:
            raise Silent("no answer in time") from error

    async def _call(self, request: Request) -> Reply:
        exchange = _Exchange(request.body)
        try:
            await self._app(_scope(request), exchange.receive, exchange.send)
        except Exception as error:
            log.exception("app_failed")
            if exchange.status and not exchange.complete:
                raise Lost("the app failed while it answered") from error
        if exchange.complete:
            return Reply(exchange.status, exchange.headers, b"".join(exchange.parts))
        if exchange.status:
            raise Lost("the app stopped before its answer was complete")
        return CRASHED


class _Exchange:
    """The app's end of the line: one whole body in, the answer out."""

    __slots__ = ("_answered", "_body", "complete", "headers", "parts", "status")

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._answered: asyncio.Event | None = None
        self.status = 0
        self.headers: Headers = []
        self.parts: list[bytes] = []
        self.complete = False

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        # A caller stays on the line until it has its answer: to say "gone" sooner would cut off an
        # app that listens for that while it streams.
        if not self.complete:
            self._answered = self._answered or asyncio.Event()
            await self._answered.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", ()))
            return
        self.parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            self.complete = True
            if self._answered is not None:
                self._answered.set()


def _scope(request: Request) -> Scope:
    path, _, query = request.url.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path) if "%" in path else path,
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": request.headers,
        "server": ("in-process", 80),
        "client": ("in-process", 0),
    }
