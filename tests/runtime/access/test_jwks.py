"""An external issuer: its keys are fetched, kept, fetched anew in time, and missed without harm."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from runtime.access.bearer import Access, Trusted
from runtime.access.jwks import MAX_AGE_SECONDS, REFRESH_SECONDS, RETRY_SECONDS, JwksKeys
from runtime.apis.gate import Gate
from runtime.calls.http import Lost, Reply, Request, Silent, Unreached
from runtime.calls.network import NetworkSender
from runtime.serving.platform import Platform
from tests.runtime.conftest import embedded
from tests.runtime.probe import calling, probe
from tests.runtime.problem import assert_problem
from tests.runtime.served import at
from tests.runtime.tokens import ISSUER, token

OLD = RSAKey.generate_key(2048, {"kid": "old"})
NEW = RSAKey.generate_key(2048, {"kid": "new"})


NO_JWKS = [
    b"", b"null", b"[]", b"5", b"{}", b'{"keys":5}', b'{"keys":[]}', b'{"keys":[5]}',
    b'{"keys":[{"kty":[]}]}', b'{"keys":[{"kty":"RSA"}]}',
]  # fmt: skip


class Issuer:
    """An authorization server: a Sender that answers with its keys, and a clock to wind forward."""

    def __init__(self, *keys: Key) -> None:
        self.keys = list(keys)
        self.instead: Reply | Exception | None = None
        self.answering = asyncio.Event()
        self.answering.set()
        self.fetched = 0
        self.seconds = 0.0

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        assert (request.method, request.url) == ("GET", "https://issuer.example/jwks")
        assert timeout <= 5
        self.fetched += 1
        await asyncio.sleep(0)
        await self.answering.wait()
        if isinstance(self.instead, Exception):
            raise self.instead
        return self.instead or Reply(200, [], json.dumps(KeySet(self.keys).as_dict()).encode())


def gate(issuer: Issuer) -> Gate:
    source = JwksKeys("https://issuer.example/jwks", issuer, lambda: issuer.seconds)
    return probe(access=Access("system", {ISSUER: Trusted(source, ["RS256"])}))


async def called(door: Gate, bearer: str) -> httpx.Response:
    async with calling(door, bearer) as client:
        return await client.get("/things/a")


async def test_the_keys_are_fetched_once_for_many_tokens() -> None:
    issuer = Issuer(OLD, NEW)
    door = gate(issuer)

    answers = await asyncio.gather(
        *(
            called(door, token(key, sub=f"C-{n}", header={"kid": key.kid}))
            for n in range(9)
            for key in (OLD, NEW)
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    assert issuer.fetched == 1


async def test_a_new_key_is_picked_up() -> None:
    issuer = Issuer(OLD)
    door = gate(issuer)
    assert (await called(door, token(OLD, header={"kid": "old"}))).status_code == 200

    issuer.keys = [OLD, NEW]
    issuer.seconds += REFRESH_SECONDS

    assert (await called(door, token(NEW, header={"kid": "new"}))).status_code == 200
    assert issuer.fetched == 2


async def test_unknown_keys_do_not_make_us_ask_again_and_again() -> None:
    issuer = Issuer(OLD)
    door = gate(issuer)

    for number in range(20):
        assert_problem(
            await called(door, token(NEW, header={"kid": str(number)})), 401, "unauthenticated"
        )

    assert issuer.fetched == 1


async def test_a_key_the_issuer_withdrew_stops_opening_the_door() -> None:
    issuer = Issuer(OLD, NEW)
    door = gate(issuer)
    assert (await called(door, token(OLD, header={"kid": "old"}))).status_code == 200

    issuer.keys = [NEW]
    issuer.seconds += MAX_AGE_SECONDS + 1

    other = token(OLD, sub="C-1002", header={"kid": "old"})
    assert_problem(await called(door, other), 401, "unauthenticated")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Unreached("refused"), id="refused"),
        pytest.param(Silent("no answer"), id="silent"),
        pytest.param(Lost("reset"), id="reset"),
        pytest.param(Reply(500, [], b"<html>"), id="its own error"),
        pytest.param(Reply(404, [], json.dumps(KeySet([OLD]).as_dict()).encode()), id="not found"),
        pytest.param(Reply(302, [(b"location", b"http://elsewhere")], b""), id="a redirect"),
        *(pytest.param(Reply(200, [], body), id=body.decode()) for body in NO_JWKS),
    ],
)
async def test_without_its_keys_it_is_a_503_that_heals(reply: Reply | Exception) -> None:
    issuer = Issuer(OLD)
    issuer.instead = reply
    door = gate(issuer)

    answer = await called(door, token(OLD, header={"kid": "old"}))
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == str(RETRY_SECONDS)

    issuer.instead = None
    issuer.seconds += RETRY_SECONDS
    assert (await called(door, token(OLD, header={"kid": "old"}))).status_code == 200


async def test_while_the_issuer_is_away_its_known_keys_still_open() -> None:
    issuer = Issuer(OLD)
    door = gate(issuer)
    assert (await called(door, token(OLD, header={"kid": "old"}))).status_code == 200

    issuer.instead = Unreached("refused")
    issuer.seconds += MAX_AGE_SECONDS + 1

    assert (await called(door, token(OLD, sub="C-2", header={"kid": "old"}))).status_code == 200
    for _ in range(3):
        answer = await called(door, token(NEW, header={"kid": "new"}))
        assert_problem(answer, 503, "unavailable")
    assert issuer.fetched == 2


async def test_a_slow_issuer_does_not_hold_up_those_with_a_known_key() -> None:
    issuer = Issuer(OLD)
    door = gate(issuer)
    assert (await called(door, token(OLD, header={"kid": "old"}))).status_code == 200

    issuer.answering.clear()
    issuer.seconds += MAX_AGE_SECONDS + 1
    waiting = asyncio.ensure_future(called(door, token(NEW, header={"kid": "new"})))
    await asyncio.sleep(0.01)
    assert issuer.fetched == 2

    async with asyncio.timeout(1):
        assert (await called(door, token(OLD, sub="C-2", header={"kid": "old"}))).status_code == 200
    issuer.answering.set()
    await waiting


async def test_a_token_without_a_key_id_fits_the_only_key_there_is() -> None:
    assert (await called(gate(Issuer(OLD)), token(OLD))).status_code == 200
    assert_problem(await called(gate(Issuer(OLD, NEW)), token(OLD)), 401, "unauthenticated")


async def test_an_algorithm_that_is_not_configured_is_refused() -> None:
    key = ECKey.generate_key("P-256", {"kid": "ec"})

    answer = await called(gate(Issuer(key)), token(key, header={"kid": "ec"}))

    assert_problem(answer, 401, "unauthenticated")


async def test_a_configured_issuer_is_asked_over_the_network(tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readline() == b"GET /keys HTTP/1.1\r\n"
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps(KeySet([OLD]).as_dict()).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys"
    issuers = json.dumps([{"issuer": ISSUER, "jwks_url": url}])
    network = NetworkSender()
    platform = Platform(["system/crm"], embedded(tmp_path, security__issuers=issuers), network)
    good = token(OLD, scope="crm:read", header={"kid": "old"})
    bad = token(NEW, scope="crm:read", header={"kid": "old"})
    try:
        async with at(platform, good) as client:
            # Without its parameter it is refused, but not before the caller is known and allowed.
            assert_problem(await client.get("/system/crm/v1/accounts"), 400, "invalid-parameter")
        async with at(platform, bad) as client:
            assert_problem(await client.get("/system/crm/v1/accounts"), 401, "unauthenticated")
    finally:
        await network.aclose()
        server.close()
