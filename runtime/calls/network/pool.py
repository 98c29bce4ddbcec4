"""Connections that are open and idle, by origin; and no more in use than there may be."""

import asyncio
import ssl
from collections import deque
from functools import cached_property

from runtime.calls.http import Unreached
from runtime.calls.network.connection import Connection
from runtime.calls.network.outgoing import Origin
from runtime.calls.network.slots import Slots

IDLE_SECONDS = 4.0
"""Just under the 5 seconds after which many servers hang up, so that a pooled connection is seldom
dead when it is used again: what is lost that way has an unknown outcome."""


class Pool:
    def __init__(self, connections: int, limit: int, tls: ssl.SSLContext | None) -> None:
        """`limit`: bytes of the largest reply."""
        self._slots = Slots(connections)
        self._limit = limit
        self._given_tls = tls
        self._idle: dict[Origin, deque[Connection]] = {}
        self._sweeper: asyncio.TimerHandle | None = None
        self._closed = False

    def at_once(self, origin: Origin) -> Connection | None:
        """One that is there, and that nobody else uses until it is given back."""
        if not self._slots.take():
            return None
        connection = self._idle_one(origin)
        if connection is None:
            self._slots.free()
        return connection

    async def take(self, origin: Origin, seconds: float) -> Connection:
        """The same, waited for or opened. Raises Unreached."""
        try:
            async with asyncio.timeout(seconds):
                await self._slots.wait()
                try:
                    return self._idle_one(origin) or await self._opened(origin)
                except BaseException:
                    self._slots.free()
                    raise
        except OSError as error:  # a time-out and TLS that fails are among them
            raise Unreached(type(error).__name__) from error

    def give(self, origin: Origin, connection: Connection) -> None:
        self._slots.free()
        if self._closed:
            connection.close()
        elif connection.is_open:
            loop = asyncio.get_running_loop()
            connection.idle_since = loop.time()
            self._idle.setdefault(origin, deque()).append(connection)
            if self._sweeper is None:
                self._sweeper = loop.call_later(IDLE_SECONDS, self._sweep)

    def close(self) -> None:
        self._closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _idle_one(self, origin: Origin) -> Connection | None:
        """The one used last: the others may grow old."""
        connections = self._idle.get(origin)
        long_ago = asyncio.get_running_loop().time() - IDLE_SECONDS
        while connections:
            connection = connections.pop()
            if connection.is_open and connection.idle_since > long_ago:
                return connection
            connection.close()
        return None

    async def _opened(self, origin: Origin) -> Connection:
        _, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._limit),
            origin.host,
            origin.port,
            ssl=self._tls if origin.secure else None,
        )
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()

    def _sweep(self) -> None:
        """Closes what has been idle for too long, though nobody asked for it."""
        loop = asyncio.get_running_loop()
        long_ago = loop.time() - IDLE_SECONDS
        for origin, connections in list(self._idle.items()):
            while connections and connections[0].idle_since <= long_ago:
                connections.popleft().close()
            if not connections:
                del self._idle[origin]
        self._sweeper = loop.call_later(IDLE_SECONDS, self._sweep) if self._idle else None
