"""The network: a Sender over HTTP/1.1, held to what the seam promises.

One request is one exchange: no retries, redirects, cookies or headers of the client's own making,
and neither a trickling nor a swelling reply outlives its deadline or its cap. llhttp, which node
reads HTTP with, reads the replies; what is ours is who waits for whom (docs/adr/0006).

pool.py        connections that are open and idle, by origin
slots.py       no more of them at a time than there may be
connection.py  one connection: an exchange at a time
incoming.py    a reply while it comes in
outgoing.py    what a request looks like on the wire, and where it goes
unpacking.py   gzip and deflate, up to the cap
"""

import asyncio
from ssl import SSLContext

from runtime.calls.http import Reply, Request, Unreached
from runtime.calls.network.outgoing import outgoing
from runtime.calls.network.pool import Pool
from runtime.calls.network.unpacking import unpacked

MIB = 1 << 20

CONNECT_SHARE = 0.9
"""Of the deadline: who cannot even connect fails as Unreached before the deadline makes it Lost."""


class NetworkSender:
    """`connections`: the most under way at a time, over all hosts. `tls`: for a private CA or a
    client certificate."""

    def __init__(
        self,
        *,
        connections: int = 512,
        max_reply_bytes: int = 8 * MIB,
        tls: SSLContext | None = None,
    ) -> None:
        self._max_reply_bytes = max_reply_bytes
        self._pool = Pool(connections, max_reply_bytes, tls)

    async def __call__(self, request: Request, *, timeout: float) -> Reply:
        """Raises ValueError for a header that would be several, besides what a Sender raises."""
        if timeout <= 0:
            raise Unreached("no time was left to send it")
        deadline = asyncio.get_running_loop().time() + timeout
        message = outgoing(request)
        connection = self._pool.at_once(message.origin)
        if connection is None:
            connection = await self._pool.take(message.origin, timeout * CONNECT_SHARE)
        try:
            reply = await connection.exchange(message, deadline)
        finally:
            self._pool.give(message.origin, connection)
        return unpacked(reply, self._max_reply_bytes)

    async def aclose(self) -> None:
        self._pool.close()
