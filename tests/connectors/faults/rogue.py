"""A server that misbehaves in one way at a time, on the level of bytes."""

import asyncio
import gzip
import socket
import struct
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Act = Callable[[Reader, Writer], Awaitable[None]]

MIB = 1 << 20


@asynccontextmanager
async def rogue(act: Act) -> AsyncIterator[int]:
    """The port where `act` is done to every connection."""
    meetings: set[asyncio.Task[None]] = set()

    async def meet(reader: Reader, writer: Writer) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            await act(reader, writer)
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    async def met(reader: Reader, writer: Writer) -> None:
        meeting = asyncio.create_task(meet(reader, writer))
        meetings.add(meeting)
        try:
            await asyncio.wait([meeting])
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(met, "127.0.0.1", 0, limit=MIB)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for meeting in meetings:
            meeting.cancel()
        await asyncio.gather(*meetings, return_exceptions=True)


async def request(reader: Reader) -> bytes:
    """The head of a request, its body read as well."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    return head


async def silence(reader: Reader, _writer: Writer) -> None:
    await reader.read(MIB)
    await asyncio.sleep(10)


async def deafness(_reader: Reader, _writer: Writer) -> None:
    await asyncio.sleep(10)


async def reset(reader: Reader, writer: Writer) -> None:
    await reader.read(1)
    await reset_at_once(reader, writer)


async def reset_at_once(_reader: Reader, writer: Writer) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(_reader: Reader, _writer: Writer) -> None:
    """And nothing else."""


def says(words: bytes, *, times: int = 1, stays: bool = True) -> Act:
    """Unasked; then waits, or hangs up."""

    async def act(reader: Reader, writer: Writer) -> None:
        for _ in range(times):
            writer.write(words)
            await writer.drain()
        if stays:
            await deafness(reader, writer)

    return act


def drips(words: bytes) -> Act:
    async def act(_reader: Reader, writer: Writer) -> None:
        for byte in words:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    return act


async def trickle(reader: Reader, writer: Writer) -> None:
    """What is read, a byte at a time."""
    while byte := await reader.read(1):
        await drips(byte)(reader, writer)


async def slow_headers(reader: Reader, writer: Writer) -> None:
    await reader.read(MIB)
    await drips(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1000)(reader, writer)


async def slow_drip(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    await drips(b" " * 1000)(reader, writer)


def answers(status: str, body: Callable[[bool], bytes] | bytes = b"", *headers: str) -> Act:
    """A whole answer; `body` may depend on whether XML was sent to us."""

    async def act(reader: Reader, writer: Writer) -> None:
        while True:
            head = await request(reader)
            xml = b"xml" in head.lower()
            content = body(xml) if callable(body) else body
            media = "text/xml" if xml else "application/json"
            lines = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", *headers]
            if not any(header.startswith("content-type") for header in headers):
                lines.append(f"content-type: {media}; charset=utf-8")
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
            await writer.drain()

    return act


async def truncated(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{"data": [{"id": "')
    await writer.drain()


async def endless(reader: Reader, writer: Writer) -> None:
    """50 MB, of a body whose length is not told."""
    await request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[")
    for _ in range(50):
        writer.write(b" " * MIB)
        await writer.drain()


ENVELOPE = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%b</s:Body></s:Envelope>'


def enveloped(inside: bytes) -> bytes:
    return ENVELOPE % inside


def wrong_charset(xml: bool) -> bytes:
    return enveloped(b"<a>Malm\xf6</a>") if xml else b'{"data": "Malm\xf6"}'


def deep(xml: bool) -> bytes:
    if xml:
        return enveloped(b"<a>" * 100_000 + b"</a>" * 100_000)
    return b"[" * 100_000 + b"]" * 100_000


def external_entity(xml: bool) -> bytes:
    dtd = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return dtd + enveloped(b"<a>&x;</a>") if xml else b'{"$ref": "file:///etc/passwd"}'


def expansion(xml: bool) -> bytes:
    """The billion laughs."""
    lines = [b'<!ENTITY a0 "ha">']
    lines += [b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    dtd = b"<!DOCTYPE a [" + b"".join(lines) + b"]>"
    return dtd + enveloped(b"<a>&a9;</a>") if xml else b'{"a": "' + b"\\u0061" * 100_000 + b'"}'


def multi_ref(xml: bool) -> bytes:
    """Elements that each refer twice to the next: 2^20 nodes of 40 elements."""
    if not xml:
        return b'{"multiRef": []}'
    refs = b"".join(
        b'<multiRef id="i%d"><a href="#i%d"/><b href="#i%d"/></multiRef>' % (n, n + 1, n + 1)
        for n in range(40)
    )
    return enveloped(b'<r href="#i0"/>' + refs)


BOMB = gzip.compress(b" " * (100 * MIB), 9)
PAGE = b"<!doctype html><html><h1>We will be right back</h1></html>"
