"""`python -m bench.soap.server`: writes its port, then answers any POST to /SIZE with that reply.

As little as keeps a connection alive, so that a client never waits for it long.
"""

import asyncio
import re

from bench.soap.orders import BYTES, reply

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def _whole(body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: {len(body)}"
    )
    return head.encode() + b"\r\n\r\n" + body


REPLIES = {f"/{size}".encode(): _whole(reply(size)) for size in BYTES}


class Canned(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, rest = self._read.partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self._read = rest[size:]
            self._transport.write(REPLIES[head.split(b" ", 2)[1]])


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Canned, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
