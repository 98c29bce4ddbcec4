"""Where a reply begins and ends on the wire, and what a request may not be made to say."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from runtime.calls.http import Lost, Reply, Request, TooLarge, Unreached
from runtime.calls.network import NetworkSender
from tests.runtime.calls.test_network import OK, Peer, answer, exchange, peer, saying

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"


@pytest.fixture
async def network() -> AsyncIterator[NetworkSender]:
    sender = NetworkSender(max_reply_bytes=100_000)
    yield sender
    await sender.aclose()


@pytest.mark.parametrize(
    ("said", "body"),
    [
        pytest.param(CHUNKED + b"2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n", b"hello", id="chunks"),
        pytest.param(CHUNKED + b"2\r\nhi\r\n0\r\nx-sum: 1\r\n\r\n", b"hi", id="trailers"),
        pytest.param(HEAD + b"\r\nuntil it closes", b"until it closes", id="until closed"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", b"old", id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 103 Early\r\nlink: </a>\r\n\r\n" + OK, b"ok", id="interim reply"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 2 + OK, b"ok", id="two interim replies"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", id="no content"),
        pytest.param(b"HTTP/1.1 304 Same\r\ncontent-length: 9\r\n\r\n", b"", id="not modified"),
    ],
)
@pytest.mark.parametrize("whole", [True, False], ids=["at once", "byte by byte"])
async def test_a_reply_ends_where_its_framing_says(
    network: NetworkSender, said: bytes, body: bytes, whole: bool
) -> None:
    pieces = [said] if whole else [said[at : at + 1] for at in range(len(said))]

    reply = await exchange(network, saying(*pieces))

    assert reply.body == body
    assert reply.header(b"link") is None


async def test_names_come_in_lower_case_and_values_without_the_blanks_around_them(
    network: NetworkSender,
) -> None:
    reply = await exchange(network, saying(answer(b"", b"X-Kind: \t a b  ", b"x-kind: c")))

    assert reply.headers == [(b"content-length", b"0"), (b"x-kind", b"a b"), (b"x-kind", b"c")]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(HEAD + b"content-length: 2\r\ncontent-length: 3\r\n\r\nokk", id="two lengths"),
        pytest.param(
            HEAD + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            id="length and chunks",
        ),
        pytest.param(HEAD + b"content-length: -1\r\n\r\n", id="negative length"),
        pytest.param(CHUNKED + b"zz\r\n", id="a chunk of no size"),
        pytest.param(HEAD + b"no colon\r\n\r\n", id="a header without a name"),
        pytest.param(
            b"HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", id="upgrade"
        ),
    ],
)
async def test_framing_that_may_be_read_in_two_ways_is_none(
    network: NetworkSender, said: bytes
) -> None:
    with pytest.raises(Lost):
        await exchange(network, saying(said, b""))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([HEAD + b"x: ", *[b"a" * 10_000] * 50], id="one header"),
        pytest.param([HEAD, *[b"x: y\r\n" * 1000] * 50], id="many headers"),
        pytest.param([CHUNKED, b"1;", *[b"a" * 10_000] * 50], id="chunk extension"),
        pytest.param([CHUNKED, b"0\r\n", *[b"x: y\r\n" * 1000] * 50], id="trailers"),
        pytest.param([b"HTTP/1.1 100 Continue\r\n\r\n" * 1000] * 50, id="interim replies"),
    ],
)
async def test_what_is_said_around_a_body_is_capped_too(
    network: NetworkSender, said: list[bytes]
) -> None:
    with pytest.raises(TooLarge):
        await exchange(network, saying(*said))


async def test_small_chunks_are_no_attack(network: NetworkSender) -> None:
    body = b"x" * 30_000

    reply = await exchange(network, saying(CHUNKED + b"1\r\nx\r\n" * 30_000 + b"0\r\n\r\n"))

    assert reply.body == body


@pytest.mark.parametrize("more", [answer(b"not asked for"), b"HTTP/1.1 200 OK\r\nx-pois"])
async def test_what_follows_a_reply_is_nobodys(network: NetworkSender, more: bytes) -> None:
    opened = []

    async def says_too_much(peer: Peer) -> None:
        opened.append(peer)
        while True:
            await peer.hear()
            await peer.say(OK + more)

    async with peer(says_too_much) as (url, _):
        for _ in range(3):
            assert (await network(Request("GET", url), timeout=5)).body == b"ok"

    assert len(opened) == 3


async def speaks_up_later(peer: Peer) -> None:
    await peer.hear()
    await peer.say(OK)
    await asyncio.sleep(0.05)
    await peer.say(answer(b"not asked for"))
    await peer.hear()


async def test_a_reply_on_an_idle_connection_is_nobodys(network: NetworkSender) -> None:
    async with peer(speaks_up_later) as (url, _):
        for _ in range(2):
            assert (await network(Request("GET", url), timeout=5)).body == b"ok"
            await asyncio.sleep(0.15)


async def refuses_early(peer: Peer) -> None:
    await peer.reader.readuntil(b"\r\n\r\n")
    await peer.say(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n", every=0.2)


async def test_who_refuses_before_all_was_sent_is_heard(network: NetworkSender) -> None:
    async with peer(refuses_early) as (url, _):
        big = Request("PUT", url, [], b"x" * 50_000_000)

        assert (await network(big, timeout=5)).status == 413
        assert (await network(big, timeout=5)).status == 413  # not on what is left of the first


async def test_the_framing_is_not_the_callers_to_say(network: NetworkSender) -> None:
    lies = [(b"content-length", b"1"), (b"transfer-encoding", b"chunked"), (b"connection", b"x")]

    async with peer(saying(OK)) as (url, heard):
        await network(Request("POST", url, lies, b"body"), timeout=5)

    assert heard[0].lower().count(b"content-length") == 1
    assert b"transfer-encoding" not in heard[0]
    assert b"connection" not in heard[0]
    assert heard[0].endswith(b"\r\n\r\nbody")


@pytest.mark.parametrize(
    "header",
    [
        (b"x", b"a\r\nx-admin: 1"),
        (b"x", b"a\nb"),
        (b"x\r\ny", b"a"),
        (b"x", b"a\0b"),
        (b"x", b"\r"),
    ],
)
async def test_a_header_cannot_be_made_two(
    network: NetworkSender, header: tuple[bytes, bytes]
) -> None:
    async with peer(saying(OK)) as (url, heard):
        with pytest.raises(ValueError, match="a header with"):
            await network(Request("GET", url, [header]), timeout=5)

        assert heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "/just/a/path",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/a\r\nx: y",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1\\@elsewhere.example/",
        "http://é.example/é",
    ],
)
async def test_where_nobody_is_nothing_is_sent(network: NetworkSender, url: str) -> None:
    with pytest.raises(Unreached) as caught:
        await network(Request("GET", url), timeout=5)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("", b"GET / HTTP/1.1"),
        ("?q=1", b"GET /?q=1 HTTP/1.1"),
        ("/a#part", b"GET /a HTTP/1.1"),
        ("/a//b/./c?d=/../e", b"GET /a//b/./c?d=/../e HTTP/1.1"),
    ],
)
async def test_the_target_is_what_the_url_says(
    network: NetworkSender, rest: str, line: bytes
) -> None:
    async with peer(saying(OK)) as (url, heard):
        await network(Request("GET", url + rest), timeout=5)

    assert heard[0].split(b"\r\n")[0] == line
    assert b"\r\nHost: " + url.removeprefix("http://").encode() + b"\r\n" in heard[0]


async def test_an_empty_post_says_that_it_is_empty(network: NetworkSender) -> None:
    async with peer(saying(OK)) as (url, heard):
        await network(Request("POST", url), timeout=5)

    assert b"\r\nContent-Length: 0\r\n" in heard[0]


async def test_a_status_is_a_reply_whatever_it_is(network: NetworkSender) -> None:
    reply = await exchange(network, saying(b"HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n"))

    assert reply == Reply(799, [(b"content-length", b"0")], b"")


async def test_what_follows_a_reply_without_its_body_is_read_from_its_start(
    network: NetworkSender,
) -> None:
    opened = []

    async def says_how_long_it_would_be(peer: Peer) -> None:
        opened.append(peer)
        await peer.hear()
        await peer.say(answer(b"", length=2))
        await peer.hear()
        await peer.say(answer(b"second"))

    async with peer(says_how_long_it_would_be) as (url, _):
        assert (await network(Request("HEAD", url), timeout=5)).body == b""
        assert (await network(Request("GET", url), timeout=5)).body == b"second"

    assert len(opened) == 1
