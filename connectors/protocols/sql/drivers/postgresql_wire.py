"""What a PostgreSQL server sends, looked at before asyncpg gets it.

1. asyncpg 0.32 never comes back from a message that says it is shorter than its own head. *Why this
   matters:* whoever answers in place of the database could stop this process, for good: not even
   a signal gets through.
2. It keeps a message until it is whole, and a message may say that it has two gigabytes. *Why this
   matters:* one reply could take all our memory before any of it can be judged.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
from asyncpg.protocol import Protocol  # type: ignore[import-untyped] # nor has this

from connectors.protocols.sql.answers import ANSWER_BYTES
from connectors.protocols.sql.meanings import Meaning, Spoilt

HEAD = 5
"""A letter and four bytes of length, which counts itself but not the letter."""
READY = ord("Z")
"""After this message the server waits for us: an answer is over."""


async def connect(**settings: Any) -> Any:
    return await asyncpg.connect(loop=_Loop(asyncio.get_running_loop()), **settings)


class Framing:
    """Takes the bytes of one connection as they come. Raises Spoilt, which ends the connection."""

    def __init__(self, deliver: Callable[[bytes], None]) -> None:
        self._deliver = deliver
        self._head = b""
        self._body_left = 0
        self._answer = 0

    def data_received(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._body_left:
                step = min(self._body_left, len(data) - at)
                self._body_left -= step
            else:
                step = HEAD - len(self._head)
                self._head += data[at : at + step]
                if len(self._head) == HEAD:
                    self._begins(self._head)
                    self._head = b""
            at += step
        self._deliver(data)

    def _begins(self, head: bytes) -> None:
        length = int.from_bytes(head[1:], signed=True)
        if length < HEAD - 1:
            raise Spoilt(Meaning.GARBAGE)
        self._body_left = length - (HEAD - 1)
        self._answer = 0 if head[0] == READY else self._answer + length
        if self._answer > ANSWER_BYTES:
            raise Spoilt(Meaning.TOO_LARGE)


def _framed(protocol: Any) -> Any:
    """The protocol itself, with the framing before it; asyncpg has others, for TLS and to cancel."""
    if isinstance(protocol, Protocol):
        protocol.data_received = Framing(protocol.data_received).data_received
    return protocol


class _Loop:
    """The running loop: the one place where asyncpg lets its connections be looked into."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    async def create_connection(
        self, factory: Callable[[], Any], *address: Any, **how: Any
    ) -> tuple[Any, Any]:
        return await self._loop.create_connection(lambda: _framed(factory()), *address, **how)

    async def start_tls(self, *ends: Any, **how: Any) -> Any:
        secured = await self._loop.start_tls(*ends, **how)
        return None if secured is None else _Secured(secured)


class _Secured:
    """A transport with TLS, to which asyncpg gives its protocol only afterwards."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def set_protocol(self, protocol: Any) -> None:
        self._transport.set_protocol(_framed(protocol))
