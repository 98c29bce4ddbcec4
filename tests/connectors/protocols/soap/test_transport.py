"""What holds for every SOAP call over a real socket, whatever the backend does."""

import asyncio
import gzip
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
from lxml import etree

from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.client import OFF_LOOP_BYTES, SoapBackend
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from runtime.problems import Problem
from tests.connectors.protocols.soap.envelopes import find, reply, sign
from tests.connectors.protocols.soap.secured import Backend, ask, security
from tests.connectors.protocols.soap_material import GOOD, answer, vendored, wsdl
from tests.runtime.calls.test_network import Peer, peer

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\n"


@asynccontextmanager
async def speaking(
    folder: Path, act: Callable[[Peer], Awaitable[None]], timeout: float = 5
) -> AsyncIterator[tuple[SoapBackend, list[bytes]]]:
    main = vendored(folder, main=wsdl())
    async with peer(act) as (url, heard), aclosing(NetworkSender()) as sender:
        headers = {"authorization": "Basic hunter2"}
        http = HttpBackend("erp", url, Reach(sender), headers=headers, timeout=timeout)
        yield SoapBackend(http, load(main)), heard


def saying(head: bytes, *pieces: bytes, every: float = 0) -> Callable[[Peer], Awaitable[None]]:
    async def act(connection: Peer) -> None:
        while True:
            await connection.hear()
            await connection.say(head, *pieces, every=every)

    return act


async def refused(soap: SoapBackend) -> str:
    with pytest.raises(Problem) as caught:
        await ask(soap)
    assert b"hunter2" not in caught.value.body()
    return caught.value.slug


async def test_the_deadline_is_for_the_whole_answer(tmp_path: Path) -> None:
    drip = saying(HEAD + b"content-length: 1000\r\n\r\n", *[b" "] * 1000, every=0.02)
    started = time.perf_counter()

    async with speaking(tmp_path, drip, timeout=0.3) as (soap, _):
        assert await refused(soap) == "no-answer"

    assert time.perf_counter() - started < 5  # the answer takes twenty


async def test_an_endless_answer_is_cut_off(tmp_path: Path) -> None:
    async with speaking(tmp_path, saying(HEAD + b"\r\n", *[b" " * 100_000] * 200)) as (soap, _):
        assert await refused(soap) == "bad-answer"


async def test_a_gzip_bomb_does_not_go_off(tmp_path: Path) -> None:
    bomb = gzip.compress(answer(GOOD + "<Line><Text>a</Text></Line>" * 4_000_000))
    head = HEAD + f"content-encoding: gzip\r\ncontent-length: {len(bomb)}\r\n\r\n".encode()
    async with speaking(tmp_path, saying(head, bomb)) as (soap, _):
        tracemalloc.start()
        assert await refused(soap) == "bad-answer"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 20_000_000


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """It would take the envelope and our password to wherever it says."""
    async with peer(saying(HEAD, b"content-length: 0\r\n\r\n")) as (elsewhere, heard):
        head = f"HTTP/1.1 307 Moved\r\nlocation: {elsewhere}/\r\ncontent-length: 0\r\n\r\n"
        async with speaking(tmp_path, saying(head.encode())) as (soap, _):
            assert await refused(soap) == "bad-answer"

        assert heard == []


async def test_a_cookie_is_not_played_back(tmp_path: Path) -> None:
    body = answer()
    head = HEAD + f"set-cookie: session=1\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    async with speaking(tmp_path, saying(head, body)) as (soap, heard):
        for _ in range(2):
            await ask(soap)

    assert len(heard) == 2
    assert not any(b"cookie" in request.lower() for request in heard)


async def test_one_connection_serves_call_after_call(tmp_path: Path) -> None:
    opened = []
    body = answer()
    act = saying(HEAD + f"content-length: {len(body)}\r\n\r\n".encode(), body)

    async def counting(connection: Peer) -> None:
        opened.append(connection)
        await act(connection)

    async with speaking(tmp_path, counting) as (soap, heard):
        for _ in range(5):
            await ask(soap)

    assert (len(opened), len(heard)) == (1, 5)


async def test_calls_at_once_do_not_share_anything(backend: Backend) -> None:
    """Another tenant's header in a call is what zeep's thread-local settings did."""

    def echoing(request: etree._Element) -> etree._Element:
        number = find(request, "s:Body")[0][0].text
        user = find(request, ".//wsse:Username").text
        inner = f"<Count>{number}</Count><Price>{user}</Price>"
        return reply(f'<Answer xmlns="urn:test">{inner}</Answer>')

    backend.answers = echoing
    tenants = {
        tenant: backend.client(
            security(reply=None, username_token={"user": str(tenant), "password": "x"})
        )
        for tenant in range(4)
    }

    async def one(tenant: int, number: int) -> bool:
        found = await tenants[tenant].call("Ask", {"No": str(number)})
        return (found["Count"], found["Price"]) == (number, tenant)

    calls = [one(tenant, number) for number in range(25) for tenant in tenants]
    assert all(await asyncio.gather(*calls))


async def test_a_large_signed_answer_leaves_the_event_loop_free(backend: Backend) -> None:
    lines = "<Line><Text>abc</Text></Line>" * 100_000
    assert len(lines) > OFF_LOOP_BYTES
    backend.says(sign(reply(f'<Answer xmlns="urn:test">{GOOD}{lines}</Answer>')))
    call = asyncio.create_task(ask(backend.client(security())))
    ticks = 0
    while not call.done():
        await asyncio.sleep(0.005)
        ticks += 1

    assert len((await call)["Line"]) == 100_000
    assert ticks > 10  # decoded on the loop, there would be two
