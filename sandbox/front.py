"""The ASGI application in front of every backend: logs the call, lets a fault happen, answers."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from sandbox.backend import Backend
from sandbox.calls import CallLog
from sandbox.clock import Clock
from sandbox.control import PREFIX, Control
from sandbox.faults import FaultBook
from sandbox.messages import Request
from sandbox.misbehaviour import Scene, kinds_of, well
from sandbox.wire import Scope, Send, Wire

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Front:
    def __init__(self, backend: Backend, clock: Clock) -> None:
        self._backend = backend
        self._kinds = kinds_of(backend)
        self._faults = FaultBook()
        self._calls = CallLog()
        seconds_of = {name: kind.seconds for name, kind in self._kinds.items()}
        self._control = Control(backend, seconds_of, self._faults, self._calls, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive)
        if body is None:
            return
        request, wire = read_head(scope, body), Wire(scope, send)
        if request.path.startswith(PREFIX):
            await wire.deliver(self._control.answer(request))
        else:
            await self._serve(request, wire)

    async def _serve(self, request: Request, wire: Wire) -> None:
        operation = self._backend.operation_of(request)
        call = self._calls.begin(operation, request.method, request.path)
        scene = Scene(self._backend, request, wire, call.note_status)
        fault = self._faults.take(operation)
        try:
            if fault is None:
                await well(scene)
            else:
                call.fault, scene.seconds = fault.kind, fault.seconds or 0.0
                await self._kinds[fault.kind].act(scene)
        except asyncio.CancelledError:
            await wire.reset()  # the server stops; a caller that waits sees that, not an answer
            raise
        except Exception:
            # A bug of the sandbox: say so where the person who started it looks.
            traceback.print_exc()
            await scene.deliver(self._backend.refuse(500, "The sandbox itself failed"))
        finally:
            call.over = True


async def read_body(receive: Receive) -> bytes | None:
    """None when the caller hung up."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def read_head(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        },
        body=body,
    )
