"""One connection: an exchange at a time, and what its end means to who waits for a reply."""

import asyncio
from asyncio import Future
from typing import cast

from runtime.calls.http import Lost, Reply, Silent, TooLarge
from runtime.calls.network.incoming import Incoming
from runtime.calls.network.outgoing import Outgoing


class Connection(asyncio.Protocol):
    def __init__(self, limit: int) -> None:
        """`limit`: bytes of the largest reply."""
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._incoming: Incoming | None = None
        self._reply: Future[Reply] | None = None
        self.idle_since = 0.0
        """On the event loop's clock."""

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, message: Outgoing, deadline: float) -> Reply:
        """Closed afterwards, unless a whole reply came and another exchange may follow.

        Raises Lost, Silent or TooLarge: the message may have been acted on.
        """
        incoming = self._incoming = Incoming(self._limit, has_body=message.has_reply_body)
        reply: Future[Reply] = self._loop.create_future()
        self._reply = reply
        timer = self._loop.call_at(deadline, self._fail, Silent("no answer in time"))
        try:
            self._send(message)
            return await reply
        finally:
            timer.cancel()
            self._incoming = self._reply = None
            if not incoming.can_be_followed or self._has_unsent:
                self.close()

    def close(self) -> None:
        """At once: whoever waits has been told, or is gone."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._incoming is None:  # nobody has asked for anything
            self.close()
            return
        try:
            self._incoming.feed(data)
        except (Lost, TooLarge) as error:
            self._fail(error)
        else:
            self._done()

    def eof_received(self) -> None:
        if self._incoming is not None:
            self._incoming.end()
            self._done()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(Lost(type(error).__name__ if error else "closed without an answer"))

    @property
    def _has_unsent(self) -> bool:
        """What was refused before it was read to its end: the rest would be another request."""
        return self._transport is not None and self._transport.get_write_buffer_size() > 0

    def _send(self, message: Outgoing) -> None:
        if self._transport is None or self._transport.is_closing():
            raise Lost("closed while it was sent")
        self._transport.write(message.head + message.body)

    def _done(self) -> None:
        if self._incoming is None or self._reply is None or self._reply.done():
            return
        if self._incoming.is_whole:
            self._reply.set_result(self._incoming.reply)

    def _fail(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)
