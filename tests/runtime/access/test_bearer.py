"""Who gets in: a token not quite right is a 401, a scope that lacks a 403, before all else."""

import asyncio
import base64
import json
import time
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OctKey, OKPKey, RSAKey

from runtime.access.bearer import LEEWAY, Access, FixedKey, Trusted, Unauthenticated
from runtime.apis.gate import Gate
from tests.runtime.probe import KEY, calling, probe, trusting
from tests.runtime.problem import assert_problem
from tests.runtime.tokens import ISSUER, token

NOW = int(time.time())
STRANGER = OKPKey.generate_key("Ed25519")
RSA = RSAKey.generate_key(2048)


def part(value: Any) -> str:
    """One of the three parts of a token, from anything."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(header: Any, signature: str = "") -> str:
    """A good token's claims under any header."""
    return f"{part(header)}.{token(KEY).split('.')[1]}.{signature}"


def tampered() -> str:
    header, _, signature = token(KEY).split(".")
    return f"{header}.{token(KEY, sub='C-1002').split('.')[1]}.{signature}"


def confused() -> str:
    """Signed with the public key as if it were a shared secret."""
    raw = KEY.public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return token(OctKey.import_key(raw))


REFUSED = {
    "expired": token(KEY, exp=NOW - LEEWAY - 5),
    "not valid yet": token(KEY, nbf=NOW + 3600),
    "exp missing": token(KEY, exp=None),
    "exp is text": token(KEY, exp=str(NOW + 3600)),
    "sub missing": token(KEY, sub=None),
    "sub is a number": token(KEY, sub=1001),
    "issuer missing": token(KEY, iss=None),
    "foreign issuer": token(KEY, iss="https://elsewhere.example"),
    "issuer in a list": token(KEY, iss=[ISSUER]),
    "audience missing": token(KEY, aud=None),
    "other layer": token(KEY, aud="strata:process"),
    "other layers": token(KEY, aud=["strata:process", "strata:experience"]),
    "audience of a like name": token(KEY, aud="strata:system2"),
    "audience in an object": token(KEY, aud={"strata:system": 1}),
    "foreign key": token(STRANGER),
    "foreign key that calls itself ours": token(STRANGER, header={"kid": str(KEY.thumbprint())}),
    "key in the header": token(STRANGER, header={"jwk": STRANGER.as_dict(private=False)}),
    "other algorithm": token(RSA),
    "public key as a shared secret": confused(),
    "tampered claims": tampered(),
    "tampered signature": token(KEY)[:-4] + "AAAA",
    "signature cut off": token(KEY).rpartition(".")[0] + ".",
    "alg none": unsigned({"alg": "none"}),
    "alg None": unsigned({"alg": "None"}, "AAAA"),
    "no alg": unsigned({}),
    "alg is null": unsigned({"alg": None}),
    "alg is a list": unsigned({"alg": ["Ed25519"]}),
    "crit is a number": unsigned({"alg": "Ed25519", "crit": 5}, "AAAA"),
    "crit unknown": unsigned({"alg": "Ed25519", "crit": ["x"], "x": 1}, "AAAA"),
    "kid is an object": unsigned({"alg": "Ed25519", "kid": {}}, "AAAA"),
    "header is a list": f"{part([])}.{part({})}.AAAA",
    "claims are a text": f"{part({'alg': 'Ed25519'})}.{part('x')}.AAAA",
    "claims are not JSON": f"{part({'alg': 'Ed25519'})}.{part(b'{')}.AAAA",
    "claims nested without end": f"{part({'alg': 'Ed25519'})}.{part(b'[' * 50_000)}.AAAA",
    "encrypted form": "a.b.c.d.e",
    "two parts": "a.b",
    "not a token": "secret",
    "not base64": "é.é.é",
    "very long": "a" * 50_000,
}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return probe()


@pytest.mark.parametrize("presented", REFUSED.values(), ids=REFUSED.keys())
async def test_a_token_that_is_not_quite_right_is_a_401(gate: Gate, presented: str) -> None:
    async with calling(gate, presented) as client:
        answer = await client.get("/things/a")

    assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", pytest.param(token(KEY), id="no scheme")],
)
async def test_without_a_bearer_token_it_is_a_401(gate: Gate, header: str | None) -> None:
    async with calling(gate, "") as client:
        headers = {} if header is None else {"authorization": header}
        answer = await client.get("/things/a", headers=headers)

    assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({}, id="good"),
        pytest.param({"aud": ["strata:experience", "strata:system"]}, id="two audiences"),
        pytest.param({"exp": 20 - LEEWAY}, id="our clock is a little ahead"),
        pytest.param({"nbf": LEEWAY - 20}, id="our clock is a little behind"),
        pytest.param({"exp": 60.5}, id="a fraction of a second"),
        pytest.param({"scope": "other things:read more"}, id="one scope of several"),
    ],
)
async def test_a_good_token_opens(gate: Gate, claims: dict[str, Any]) -> None:
    """Times are in seconds from now."""
    now = int(time.time())
    held = {n: now + v if n in {"exp", "nbf"} else v for n, v in claims.items()}
    async with calling(gate, token(KEY, **held)) as client:
        assert (await client.get("/things/a")).status_code == 200


async def test_the_scheme_may_be_spelled_in_any_case(gate: Gate) -> None:
    async with calling(gate, "") as client:
        answer = await client.get("/things/a", headers={"authorization": f"bEARER {token(KEY)}"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "scope", ["", "things", "things:read:all", "THINGS:WRITE", "things:write,"]
)
async def test_a_missing_scope_is_a_403_that_names_it(gate: Gate, scope: str) -> None:
    async with calling(gate, token(KEY, scope=scope)) as client:
        answer = await client.delete("/things/a")

    assert_problem(answer, 403, "insufficient-scope")
    assert answer.json()["detail"] == "scope things:drop things:write is required"
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


async def test_of_two_scopes_the_one_that_lacks_is_named(gate: Gate) -> None:
    async with calling(gate, token(KEY, scope="things:write")) as client:
        answer = await client.delete("/things/a")

    assert answer.json()["detail"] == "scope things:drop is required"


async def malformed(gate: Gate, bearer: str) -> list[httpx.Response]:
    """A body that is not JSON, and a path parameter that is not valid."""
    json_headers = {"content-type": "application/json"}
    async with calling(gate, bearer) as client:
        return [
            await client.post("/things", content=b"{", headers=json_headers),
            await client.delete("/things/NOT-VALID"),
        ]


async def test_who_calls_is_asked_before_what_they_sent(gate: Gate) -> None:
    for answer in await malformed(gate, ""):
        assert_problem(answer, 401, "unauthenticated")


async def test_whether_they_may_is_asked_before_what_they_sent(gate: Gate) -> None:
    for answer in await malformed(gate, token(KEY, scope="things:read")):
        assert_problem(answer, 403, "insufficient-scope")


async def test_a_token_that_was_accepted_is_not_remembered_beyond_its_end() -> None:
    now = time.time()
    access = Access("system", {ISSUER: Trusted(FixedKey(KEY), ["Ed25519"])}, lambda: now)
    header = b"Bearer " + token(KEY, exp=int(now) + 60).encode()
    assert (await access.identify(header)).subject == "C-1001"

    now += 60 + LEEWAY + 5

    with pytest.raises(Unauthenticated, match="expired"):
        await access.identify(header)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
HEADERS = st.dictionaries(
    st.sampled_from(["alg", "crit", "b64", "kid", "typ", "jwk", "jku", "x5c", "cty", "zip", "enc"]),
    json_values,
)


@given(HEADERS, st.booleans(), st.binary(max_size=70))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_whatever_the_header_of_a_token_says_it_is_a_401(
    header: dict[str, Any], with_our_algorithm: bool, signature: bytes
) -> None:
    if with_our_algorithm:
        header = {**header, "alg": "Ed25519"}
    presented = unsigned(header, part(signature))

    with pytest.raises(Unauthenticated):
        asyncio.run(trusting().identify(b"Bearer " + presented.encode()))
