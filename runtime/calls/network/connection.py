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
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._incoming = Incoming(limit)
        self._reply: Future[Reply] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.idle_since = 0.0
        """On the event loop's clock."""

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, message: Outgoing, deadline: float) -> Reply:
        """Closed afterwards, unless a whole reply came and another exchange may follow.

        Raises Lost, Silent or TooLarge: the message may have been acted on.
        """
        self._incoming.expect(has_body=message.has_reply_body)
        reply: Future[Reply] = self._loop.create_future()
        self._reply = reply
        self._wake_by(deadline)
        try:
            self._send(message)
            return await reply
        finally:
            self._reply = None
            if not self._incoming.can_be_followed or self._has_unsent:
                self.close()

    def close(self) -> None:
        """At once: whoever waits has been told, or is gone."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._reply is None:  # nobody has asked for anything
            self.close()
            return
        try:
            self._incoming.feed(data)
        except (Lost, TooLarge) as error:
            self._fail(error)
        else:
            self._done()

    def eof_received(self) -> None:
        if self._reply is not None:
            self._incoming.end()
            self._done()

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._fail(Lost(type(error).__name__ if error else "closed without an answer"))

    @property
    def _has_unsent(self) -> bool:
        """What was refused before it was read to its end: the rest would be another request."""
        return self._transport is not None and self._transport.get_write_buffer_size() > 0

    def _wake_by(self, deadline: float) -> None:
        """Most exchanges end long before, so the timer is left for the next one's deadline."""
        self._deadline = deadline
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._wake)

    def _wake(self) -> None:
        self._timer = None
        if self._reply is None:
            return
        if self._loop.time() < self._deadline:
            self._wake_by(self._deadline)
        else:
            self._fail(Silent("no answer in time"))

    def _send(self, message: Outgoing) -> None:
        if self._transport is None or self._transport.is_closing():
            raise Lost("closed while it was sent")
        self._transport.write(message.head + message.body)

    def _done(self) -> None:
        if self._incoming.is_whole and self._reply is not None and not self._reply.done():
            self._reply.set_result(self._incoming.taken())

    def _fail(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)
