"""Connections: used again, not by two at a time, not for too long, and never more than there may be."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest

from runtime.calls.http import Request, Silent
from runtime.calls.network import NetworkSender, pool
from tests.runtime.calls.test_network import OK, Peer, answer, peer


class Counting:
    """Answers everything with the number of the connection; counts those that are open."""

    def __init__(self, pause: float = 0) -> None:
        self.opened = self.open = self.most = 0
        self._pause = pause

    async def __call__(self, peer: Peer) -> None:
        self.opened += 1
        self.open += 1
        self.most = max(self.most, self.open)
        number = b"%d" % self.opened
        try:
            while True:
                await peer.hear()
                await asyncio.sleep(self._pause)
                await peer.say(answer(number))
        finally:
            self.open -= 1


@pytest.fixture
async def network() -> AsyncIterator[NetworkSender]:
    async with aclosing(NetworkSender(connections=4)) as sender:
        yield sender


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - in tasks of their own
            await asyncio.sleep(0.01)


async def test_one_caller_after_another_needs_one_connection(network: NetworkSender) -> None:
    counting = Counting()

    async with peer(counting) as (url, _):
        for _ in range(5):
            await network(Request("GET", url), timeout=5)

    assert counting.opened == 1


async def test_many_callers_share_as_many_as_there_may_be(network: NetworkSender) -> None:
    counting = Counting(0.01)

    async with peer(counting) as (url, _):
        calls = [network(Request("GET", url), timeout=5) for _ in range(40)]
        bodies = [reply.body for reply in await asyncio.gather(*calls)]

    assert counting.opened == counting.most == 4
    assert {bodies.count(b"%d" % number) for number in range(1, 5)} == {10}


async def test_hosts_do_not_share_connections(network: NetworkSender) -> None:
    one, other = Counting(), Counting()

    async with peer(one) as (url, _), peer(other) as (another, _):
        for to in (url, another, url, another):
            await network(Request("GET", to), timeout=5)

    assert (one.opened, other.opened) == (1, 1)


async def test_what_has_been_idle_for_too_long_is_closed_unasked(
    network: NetworkSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.1)
    counting = Counting()

    async with peer(counting) as (url, _):
        await network(Request("GET", url), timeout=5)
        await until(lambda: counting.open == 0)


async def test_closing_closes_what_is_idle_and_what_comes_back() -> None:
    network = NetworkSender()
    counting = Counting(0.1)

    async with peer(counting) as (url, _):
        await network(Request("GET", url), timeout=5)
        late = asyncio.ensure_future(network(Request("GET", url), timeout=5))
        other = asyncio.ensure_future(network(Request("GET", url), timeout=5))
        await asyncio.sleep(0.02)
        await network.aclose()
        assert (await late).status == (await other).status == 200
        await until(lambda: counting.open == 0)


async def never_answers(peer: Peer) -> None:
    await peer.hear()
    await peer.reader.read()


async def test_who_is_cancelled_or_too_late_makes_room(network: NetworkSender) -> None:
    async with peer(never_answers) as (silent, _), peer(Counting()) as (url, _):
        late = [network(Request("GET", silent), timeout=0.1) for _ in range(4)]
        ended = await asyncio.gather(*late, return_exceptions=True)
        assert {type(end) for end in ended} == {Silent}

        calls = [
            asyncio.ensure_future(network(Request("GET", silent), timeout=5)) for _ in range(4)
        ]
        await asyncio.sleep(0.05)
        for call in calls:
            call.cancel()

        assert (await network(Request("GET", url), timeout=1)).status == 200


async def test_who_is_cancelled_while_waiting_or_connecting_takes_no_room_with_it(
    network: NetworkSender,
) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # the kernel's queue is full: further connections hang
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        hangs = Request("GET", f"http://127.0.0.1:{full.getsockname()[1]}/")
        calls = [asyncio.ensure_future(network(hangs, timeout=5)) for _ in range(8)]
        await asyncio.sleep(0.05)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        for filler in fillers:
            filler.close()

    async with peer(Counting()) as (url, _):
        calls = [asyncio.ensure_future(network(Request("GET", url), timeout=1)) for _ in range(4)]
        assert {(await call).status for call in calls} == {200}


async def closes_after_each(peer: Peer) -> None:
    await peer.hear()
    await peer.say(OK[:-6] + b"\r\nconnection: close\r\n\r\nok")


async def test_who_says_close_is_taken_at_their_word(network: NetworkSender) -> None:
    async with peer(closes_after_each) as (url, heard):
        for _ in range(3):
            assert (await network(Request("POST", url), timeout=5)).body == b"ok"

    assert len(heard) == 3


async def test_each_exchange_of_a_connection_has_its_own_deadline(network: NetworkSender) -> None:
    async def answers_late(peer: Peer) -> None:
        for pause in (0.0, 0.3, 5.0):
            await peer.hear()
            await asyncio.sleep(pause)
            await peer.say(OK)

    loop = asyncio.get_running_loop()
    async with peer(answers_late) as (url, _):
        assert (await network(Request("GET", url), timeout=0.2)).status == 200
        assert (await network(Request("GET", url), timeout=5)).status == 200  # past the first's
        began = loop.time()
        with pytest.raises(Silent):
            await network(Request("GET", url), timeout=0.2)  # before the second's
        assert 0.15 < loop.time() - began < 2


async def test_a_deadline_past_that_of_the_exchange_before_holds(network: NetworkSender) -> None:
    async def answers_once(peer: Peer) -> None:
        await peer.hear()
        await peer.say(OK)
        await never_answers(peer)

    async with peer(answers_once) as (url, _):
        assert (await network(Request("GET", url), timeout=0.1)).status == 200
        with pytest.raises(Silent):
            async with asyncio.timeout(5):
                await network(Request("GET", url), timeout=0.4)
