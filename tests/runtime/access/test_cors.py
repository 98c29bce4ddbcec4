"""Pages in browsers: those of the origins that are named, at the Experience layer, and no others."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from runtime.serving.platform import Platform
from runtime.settings import SettingsError
from tests.runtime.conftest import embedded
from tests.runtime.served import ELSEWHERE, at, nowhere

SHOP, STRANGE = "https://shop.example", "https://elsewhere.example"
HOME, ORDERS = "/experience/mobile/v1/home", "/process/orders/v1/orders"
ASKED = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, idempotency-key, last-event-id",
}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(tmp_path, f"[{SHOP}]") as client:
        yield client


def served(tmp_path: Path, origins: str) -> httpx.AsyncClient:
    settings = embedded(tmp_path, security__cors__origins=origins)
    settings = settings.model_copy(update={"peers": ELSEWHERE})
    return at(Platform(["experience/mobile", "process/orders"], settings, nowhere))


async def test_a_page_may_call_and_read_our_headers(client: httpx.AsyncClient) -> None:
    may = await client.options(HOME, headers={"origin": SHOP, **ASKED})
    refused = await client.get(HOME, headers={"origin": SHOP})

    assert may.status_code == 200
    assert may.headers["access-control-allow-origin"] == SHOP
    assert "access-control-allow-credentials" not in may.headers
    assert refused.status_code == 401  # its problems are for it to read, too
    assert refused.headers["access-control-allow-origin"] == SHOP
    assert "Origin" in refused.headers["vary"]
    told = set(refused.headers["access-control-expose-headers"].split(", "))
    assert {"Location", "ETag", "Idempotency-Replayed", "Retry-After"} <= told


async def test_another_page_and_another_layer_may_not(client: httpx.AsyncClient) -> None:
    strange = await client.options(HOME, headers={"origin": STRANGE, **ASKED})
    simple = await client.get(HOME, headers={"origin": STRANGE})
    below = await client.options(ORDERS, headers={"origin": SHOP, **ASKED})

    assert (strange.status_code, below.status_code) == (400, 405)
    for answer in (strange, simple, below):
        assert "access-control-allow-origin" not in answer.headers


async def test_as_delivered_no_page_may(tmp_path: Path) -> None:
    async with served(tmp_path, "[]") as client:
        answer = await client.options(HOME, headers={"origin": SHOP, **ASKED})

    assert answer.status_code == 405


@pytest.mark.parametrize("origin", ["'*'", "https://shop.example/", "shop.example", "null"])
def test_an_origin_that_is_none_is_refused_at_start(tmp_path: Path, origin: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        embedded(tmp_path, security__cors__origins=f"[{origin}]")
    assert refusal.value.faults[0].startswith("security.cors.origins.0: ")
