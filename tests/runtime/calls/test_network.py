"""The network Sender against real sockets: a peer says exactly what each test tells it to."""

import asyncio
import gzip
import socket
import ssl
import struct
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest

from runtime.calls.http import Lost, Reply, Request, Silent, TooLarge, Unreached
from runtime.calls.network import NetworkSender

Act = Callable[["Peer"], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Peer:
    """One connection of the server, and what came over all of them."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: list[bytes]
    ) -> None:
        self.reader, self.writer, self.heard = reader, writer, heard

    async def hear(self) -> bytes:
        """One request, head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(
            (
                int(line[15:])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            ),
            0,
        )
        self.heard.append(head + await self.reader.readexactly(length))
        return self.heard[-1]

    async def say(self, *pieces: bytes, every: float = 0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(every)

    def reset(self) -> None:
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@asynccontextmanager
async def peer(
    act: Act, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that lets `act` treat each connection; yields its URL and the requests it heard."""
    heard: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await act(Peer(reader, writer, heard))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller hung up, as some tests make it do
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard
    finally:
        server.close()


def saying(*pieces: bytes, every: float = 0) -> Act:
    async def act(peer: Peer) -> None:
        await peer.hear()
        await peer.say(*pieces, every=every)

    return act


def answer(body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"content-length: %d" % (length or len(body)), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.fixture
async def network() -> AsyncIterator[NetworkSender]:
    sender = NetworkSender(max_reply_bytes=100_000)
    yield sender
    await sender.aclose()


async def exchange(
    sender: NetworkSender, act: Act, method: str = "GET", timeout: float = 5
) -> Reply:
    async with peer(act) as (url, _):
        return await sender(Request(method, url + "/x"), timeout=timeout)


async def test_a_refused_connection_was_surely_not_acted_on(network: NetworkSender) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]

    with pytest.raises(Unreached):
        await network(Request("POST", f"http://127.0.0.1:{port}/"), timeout=5)


async def test_a_name_nobody_knows_was_surely_not_acted_on(network: NetworkSender) -> None:
    with pytest.raises(Unreached):
        await network(Request("POST", "http://nobody.invalid/"), timeout=5)


async def test_a_connection_that_never_comes_about_is_unreached_not_lost(
    network: NetworkSender,
) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # the kernel's queue is full: further connections hang
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())

        with pytest.raises(Unreached):
            await network(
                Request("POST", f"http://127.0.0.1:{full.getsockname()[1]}/"), timeout=0.3
            )

        for filler in fillers:
            filler.close()


async def test_no_time_left_means_nothing_is_sent(network: NetworkSender) -> None:
    async with peer(saying(OK)) as (url, heard):
        with pytest.raises(Unreached):
            await network(Request("GET", url), timeout=0)

        assert heard == []


async def holds_its_head_back(peer: Peer) -> None:
    await peer.hear()
    await peer.say(b"HTTP/1.1 200 OK\r\n")
    await asyncio.sleep(3)


async def test_waiting_for_a_free_connection_is_unreached() -> None:
    async with (
        aclosing(NetworkSender(connections=1)) as sender,
        peer(holds_its_head_back) as (url, heard),
    ):
        slow = asyncio.ensure_future(sender(Request("GET", url), timeout=0.3))
        await asyncio.sleep(0.05)

        with pytest.raises(Unreached):
            await sender(Request("GET", url), timeout=0.1)

        with pytest.raises(Lost):
            await slow
        assert len(heard) == 1


async def resets(peer: Peer) -> None:
    await peer.hear()
    peer.reset()


async def resets_halfway(peer: Peer) -> None:
    await peer.hear()
    await peer.say(answer(b"half", length=100), every=0.02)
    peer.reset()


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(resets, id="reset before the headers"),
        pytest.param(resets_halfway, id="reset in the body"),
        pytest.param(saying(), id="closed without a word"),
        pytest.param(saying(answer(b"half", length=100)), id="truncated body"),
        pytest.param(
            saying(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"),
            id="truncated chunk",
        ),
        pytest.param(saying(b"220 mail.example ESMTP\r\n"), id="not HTTP"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_broken_answer_is_lost(network: NetworkSender, act: Act, method: str) -> None:
    with pytest.raises(Lost) as caught:
        await exchange(network, act, method)

    assert not isinstance(caught.value, Silent)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(holds_its_head_back, id="slow headers"),
        pytest.param(saying(answer(b"", length=1000), *[b"."] * 1000, every=0.02), id="slow drip"),
    ],
)
async def test_the_deadline_is_for_the_whole_exchange(network: NetworkSender, act: Act) -> None:
    started = time.perf_counter()

    with pytest.raises(Silent):
        await exchange(network, act, timeout=0.3)

    assert time.perf_counter() - started < 2  # either answer takes longer


async def test_cancelling_the_caller_cancels_the_exchange(network: NetworkSender) -> None:
    task = asyncio.ensure_future(exchange(network, holds_its_head_back))
    await asyncio.sleep(0.1)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(saying(answer(b"." * 100_001)), id="declared"),
        pytest.param(saying(answer(b"", length=100_001)), id="no more than declared"),
        pytest.param(saying(b"HTTP/1.1 200 OK\r\n\r\n", *[b"." * 10_000] * 100), id="endless"),
    ],
)
async def test_an_oversized_reply_is_cut_off(network: NetworkSender, act: Act) -> None:
    with pytest.raises(TooLarge):
        await exchange(network, act)


async def test_a_gzip_bomb_does_not_go_off(network: NetworkSender) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    tracemalloc.start()

    with pytest.raises(TooLarge):
        await exchange(network, saying(answer(bomb, b"Content-Encoding: gzip")))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", gzip.compress(b"hello", mtime=0)),
        (b"GZIP", gzip.compress(b"hello", mtime=0)),
        (b"deflate", zlib.compress(b"hello")),
        (b"deflate", zlib.compress(b"hello", wbits=-15)),
    ],
)
async def test_a_packed_reply_is_unpacked_though_nobody_asked(
    network: NetworkSender, coding: bytes, packed: bytes
) -> None:
    reply = await exchange(network, saying(answer(packed, b"Content-Encoding: " + coding)))

    assert reply.body == b"hello"
    assert reply.header(b"content-encoding") is None
    assert reply.header(b"content-length") is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>not gzip</html>",
        gzip.compress(b"hello" * 100, mtime=0)[:-9],
        gzip.compress(b"a", mtime=0) + b"junk",
    ],
)
async def test_what_cannot_be_unpacked_stays_as_it_came(
    network: NetworkSender, body: bytes
) -> None:
    reply = await exchange(network, saying(answer(body, b"Content-Encoding: gzip")))

    assert reply.body == body
    assert reply.header(b"content-encoding") == "gzip"


async def test_a_redirect_is_an_answer_like_any_other(network: NetworkSender) -> None:
    moved = (
        b"HTTP/1.1 307 Moved\r\nlocation: http://elsewhere.invalid/\r\ncontent-length: 0\r\n\r\n"
    )

    reply = await exchange(network, saying(moved), "POST")

    assert reply.status == 307
    assert reply.header(b"location") == "http://elsewhere.invalid/"


async def serves_forever(peer: Peer) -> None:
    while True:
        await peer.hear()
        await peer.say(answer(b"ok", b"Set-Cookie: session=1; Path=/"))


async def test_a_cookie_is_not_played_back(network: NetworkSender) -> None:
    async with peer(serves_forever) as (url, heard):
        for _ in range(2):
            await network(Request("GET", url), timeout=5)

    assert len(heard) == 2
    assert not any(b"cookie" in request.lower() for request in heard)


async def test_nothing_is_sent_that_the_request_does_not_say(network: NetworkSender) -> None:
    async with peer(saying(OK)) as (url, heard):
        request = Request("POST", f"{url}/a%2Fb/../c?q=%C3%A9+x%20y", [(b"x-key", b"k")], b"{}")
        await network(request, timeout=5)

    head, _, body = heard[0].partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    assert line == b"POST /a%2Fb/../c?q=%C3%A9+x%20y HTTP/1.1"
    assert {header.split(b":")[0].lower() for header in headers} == {
        b"host", b"content-length", b"user-agent", b"x-key"
    }  # fmt: skip
    assert b"User-Agent: strata" in head
    assert body == b"{}"


async def test_a_large_body_goes_out_whole(network: NetworkSender) -> None:
    body = b"x" * 3_000_000

    async with peer(saying(OK)) as (url, heard):
        await network(Request("PUT", url, [], body), timeout=5)

    assert heard[0].endswith(b"\r\n\r\n" + body)


async def hangs_up_on_the_second(peer: Peer) -> None:
    await peer.hear()
    if len(peer.heard) == 1:
        await peer.say(OK)
        await peer.hear()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_a_request_is_never_sent_twice(network: NetworkSender, method: str) -> None:
    """The pooled connection dies under the second one, which many clients would send again."""
    async with peer(hangs_up_on_the_second) as (url, heard):
        await network(Request("GET", url), timeout=5)
        with pytest.raises(Lost):
            await network(Request(method, url), timeout=5)
        await asyncio.sleep(0.05)

        assert len(heard) == 2


async def test_a_connection_closed_while_idle_is_not_used_again(network: NetworkSender) -> None:
    async with peer(saying(OK)) as (url, heard):
        for _ in range(3):
            assert (await network(Request("POST", url), timeout=5)).status == 200
            await asyncio.sleep(0.02)

    assert len(heard) == 3


async def test_a_head_reply_may_announce_any_length(network: NetworkSender) -> None:
    reply = await exchange(network, saying(answer(b"", length=10**9)), "HEAD")

    assert reply == Reply(200, [(b"content-length", b"1000000000")], b"")
