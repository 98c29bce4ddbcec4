"""The door of an API: every call gets a context, a deadline, an access-log line and an answer."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.apis.rendering import BY_STATUS, response
from runtime.context import (
    IDEMPOTENCY_KEY,
    REQUEST_ID,
    TIMEOUT_MS,
    TRACEPARENT,
    Context,
    Wiring,
    entered,
    new_id,
)
from runtime.problems import Problem, Rejected, silent
from runtime.settings import Limits

_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Gate:
    api: str
    app: ASGIApp
    wiring: Wiring
    limits: Limits
    body_limit: Callable[[Scope], int | None] | None = None
    """Of the operation, for an API of which one has a limit of its own."""
    log: Any = field(default_factory=lambda: structlog.get_logger().bind())
    """Bound once: to find the configuration again at each call is a third of what a line costs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        context = self._context(headers)
        answer = _Answer(send, context.request_id)
        started = time.perf_counter()
        with entered(context):
            try:
                body = _capped(receive, headers.get(b"content-length", b""), self._most(scope))
                async with asyncio.timeout_at(context.deadline) as limit:
                    await self.app(scope, body, answer)
            except Rejected as problem:
                await answer.instead(problem, scope, receive)
            except Exception as error:
                if isinstance(error, TimeoutError) and limit.expired():
                    await answer.instead(silent(self.api), scope, receive)
                else:
                    self.log.exception("unhandled", api=self.api)
                    await answer.instead(Problem(), scope, receive)
            finally:
                self.log.info(
                    "request",
                    api=self.api,
                    method=scope["method"],
                    operation=scope.get("strata.operation"),
                    status=answer.status,
                    ms=round((time.perf_counter() - started) * 1000, 2),
                )

    def _most(self, scope: Scope) -> int:
        """How many bytes the body may have: as the operation's contract says, else as configured."""
        own = self.body_limit(scope) if self.body_limit else None
        return own or self.limits.max_body_bytes

    def _context(self, headers: dict[bytes, bytes]) -> Context:
        """From what the caller sent; what is malformed or absent is made anew."""
        trace = _TRACEPARENT.fullmatch(headers.get(TRACEPARENT, b""))
        request_id = headers.get(REQUEST_ID, b"")
        key = headers.get(IDEMPOTENCY_KEY)
        seconds, asked = self.limits.deadline_seconds, headers.get(TIMEOUT_MS, b"")
        if asked.isdigit():
            seconds = min(seconds, int(asked[:9]) / 1000)
        return Context(
            api=self.api,
            wiring=self.wiring,
            request_id=request_id.decode() if _REQUEST_ID.fullmatch(request_id) else new_id(64),
            trace_id=trace[1].decode() if trace else new_id(128),
            parent_span_id=trace[2].decode() if trace else "",
            deadline=asyncio.get_running_loop().time() + seconds,
            idempotency_key=key.decode("latin-1") if key is not None else None,
        )


def _capped(receive: Receive, declared: bytes, most: int) -> Receive:
    """The body, refused before it is read when it is said to be longer than allowed, or once it is."""
    received = 0

    async def capped() -> Message:
        nonlocal received
        if declared.isdigit() and int(declared) > most:
            raise _too_large(most)
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise _too_large(most)
        return message

    return capped


def _too_large(most: int) -> Rejected:
    kind, title = BY_STATUS[413]
    return Rejected(f"at most {most} bytes are accepted", kind=kind, title=title, status=413)


class _Answer:
    """Sends on what the app answers, with the request id; remembers the status for the log."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.send = send
        self.request_id = request_id.encode()
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (REQUEST_ID, self.request_id)]
        await self.send(message)

    async def instead(self, problem: Problem, scope: Scope, receive: Receive) -> None:
        """Answer with a problem, unless the app has begun to answer already."""
        if not self.status:
            await response(problem, scope)(scope, receive, self)
