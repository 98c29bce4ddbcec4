"""The development issuer: tokens for the configured clients, in the embedded profile alone."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from runtime.serving.platform import Platform
from runtime.settings import Settings, SettingsError
from tests.runtime.conftest import embedded
from tests.runtime.served import at, nowhere

GRANT = {"grant_type": "client_credentials"}
ADA = {"client_id": "ada", "client_secret": "ada-dev"}


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with at(Platform(["system/crm"], settings, nowhere)) as client:
        yield client


async def asked(server: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await server.post("/oauth/token", data=form)


async def claims(server: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    keys = KeySet.import_key_set((await server.get("/.well-known/jwks.json")).json())
    return jwt.decode(answer.json()["access_token"], keys, algorithms=["Ed25519"]).claims


async def test_a_client_gets_a_token_for_who_it_acts_as(server: httpx.AsyncClient) -> None:
    answer = await asked(server, **GRANT, **ADA)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    held = await claims(server, answer)
    assert (held["sub"], held["client_id"]) == ("C-1001", "ada")
    assert held["aud"] == "strata:experience"
    assert held["scope"] == answer.json()["scope"]
    assert "mobile:home" in held["scope"].split()
    assert held["exp"] - held["iat"] == answer.json()["expires_in"] == 3600


async def test_the_published_key_is_the_public_half(server: httpx.AsyncClient) -> None:
    [key] = (await server.get("/.well-known/jwks.json")).json()["keys"]

    assert key["kty"] == "OKP"
    assert "d" not in key


async def test_a_client_may_show_its_secret_by_http_basic(server: httpx.AsyncClient) -> None:
    answer = await server.post("/oauth/token", data=GRANT, auth=("ada", "ada-dev"))

    assert (await claims(server, answer))["client_id"] == "ada"


async def test_a_client_may_ask_for_less(server: httpx.AsyncClient) -> None:
    answer = await asked(server, **GRANT, **ADA, scope="mobile:home")

    assert answer.json()["scope"] == "mobile:home"
    assert (await claims(server, answer))["scope"] == "mobile:home"


@pytest.mark.parametrize("scope", ["orders:write", "mobile:home orders:write", "any-subject"])
async def test_a_client_may_not_ask_for_more(server: httpx.AsyncClient, scope: str) -> None:
    answer = await asked(server, **GRANT, **ADA, scope=scope)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"client_id": "ada"},
        {**ADA, "client_secret": "ada-dev2"},
        {**ADA, "client_secret": "ADA-DEV"},
        {"client_id": "nobody", "client_secret": "ada-dev"},
        {"client_id": "", "client_secret": ""},
        {"client_id": "ada", "client_secret": "ada-dév"},
    ],
)
async def test_a_wrong_client_or_secret_is_a_401(
    server: httpx.AsyncClient, form: dict[str, str]
) -> None:
    answer = await asked(server, **GRANT, **form)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "!!!",
        b64encode(b"ada").decode(),
        b64encode(b"\xff:\xff").decode(),
        b64encode(b"ada:x").decode(),
    ],
)
async def test_a_malformed_basic_header_is_a_401(
    server: httpx.AsyncClient, credentials: str
) -> None:
    headers = {"authorization": f"Basic {credentials}"}

    answer = await server.post("/oauth/token", data=GRANT, headers=headers)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("grant", ["", "password", "authorization_code", "CLIENT_CREDENTIALS"])
async def test_another_grant_is_not_supported(server: httpx.AsyncClient, grant: str) -> None:
    answer = await asked(server, grant_type=grant, **ADA)

    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


async def test_an_endless_form_is_not_read_to_its_end(server: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield b"a" * 1000

    assert (await server.post("/oauth/token", content=endless())).status_code == 413
    assert sent < 20_000


async def test_a_token_is_not_to_be_had_by_get(server: httpx.AsyncClient) -> None:
    answer = await server.get("/oauth/token", params={**GRANT, **ADA})

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_production_with_development_clients_does_not_start(tmp_path: Path) -> None:
    settings = embedded(tmp_path, profile="production")

    with pytest.raises(SettingsError, match=r"security\.development_clients: only"):
        Platform(["system/crm"], settings, nowhere)


async def test_production_has_no_issuer(tmp_path: Path) -> None:
    key = json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False))
    settings = embedded(
        tmp_path,
        profile="production",
        security__development_clients="null",
        security__hop_public_keys__process=f"'{key}'",
    )
    async with at(Platform(["system/crm"], settings, nowhere)) as client:
        assert (await client.post("/oauth/token")).status_code == 404
        assert (await client.get("/.well-known/jwks.json")).status_code == 404
