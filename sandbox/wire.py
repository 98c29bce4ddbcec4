"""The connection to the caller, with the means to treat it badly."""

import asyncio
import math
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.messages import Reply

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TICK = 0.01  # seconds; the event loop does not keep shorter intervals
CLOSE_WITH_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 seconds


class OpenProtocol(HttpToolsProtocol):
    """Hands the application its transport, as `scope["state"]["transport"]`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


class Wire:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._transport: asyncio.Transport = scope["state"]["transport"]
        self._send = send

    async def deliver(self, reply: Reply) -> None:
        await self._start(reply)
        await self._send({"type": "http.response.body", "body": reply.body})

    async def drip(self, reply: Reply, seconds: float) -> None:
        """The head at once, the body byte by byte over `seconds`."""
        await self._start(reply)
        size = max(1, math.ceil(len(reply.body) * TICK / max(seconds, TICK)))
        pieces = [reply.body[at : at + size] for at in range(0, len(reply.body), size)]
        for piece in pieces:
            await asyncio.sleep(seconds / len(pieces))
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body"})

    async def cut(self, reply: Reply) -> None:
        """The head promises the whole body; half of it comes, then the end."""
        if not reply.body:
            return await self.reset()
        await self._start(reply)
        half = reply.body[: len(reply.body) // 2]
        await self._send({"type": "http.response.body", "body": half, "more_body": True})
        self._transport.close()
        return None

    async def reset(self) -> None:
        """TCP RST, no HTTP answer."""
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_WITH_RESET)
        self._transport.abort()
        await asyncio.sleep(0)  # the server notices the loss, and does not try to answer 500

    async def _start(self, reply: Reply) -> None:
        headers = {"content-length": str(len(reply.body)), **reply.headers}
        if reply.status == 204:
            del headers["content-length"]  # RFC 9110 8.6
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": reply.status, "headers": raw})
