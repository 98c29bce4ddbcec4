"""Layers cannot be crossed, the third catch: a token opens the layer below its caller and no other."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from runtime.access.hops import HopTokens
from runtime.access.keys import private_key
from runtime.context import Identity
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.problem import assert_problem
from tests.runtime.served import ELSEWHERE, at, nowhere

ALL_SCOPES = ["crm:read", "customers:read", "mobile:home"]
ADA = Identity("C-1001")
PATHS = {
    "experience": "/experience/mobile/v1/home",
    "process": "/process/customers/v1/customers/C-1001/view",
    "system": "/system/crm/v1/accounts/C-1001",
}
PAST_THE_DOOR = {"experience": 200, "process": 200, "system": 503}
"""What each answers where no backend can be reached: the views degrade, the CRM is unavailable."""

APIS = ["experience/mobile", "process/customers", "system/crm", "system/erp"]


@pytest.fixture(scope="module")
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    """Three layers without a network around them."""
    settings = settings.model_copy(update={"peers": ELSEWHERE})
    async with Platform(APIS, settings, nowhere) as platform:
        yield platform


def hop(settings: Settings, caller: str, callee: str) -> str:
    """The token with which an API of one layer calls a layer, signed with its layer's own key."""
    key = private_key(settings, caller)
    return HopTokens(f"{caller}/any", key, ALL_SCOPES).token(ADA, f"{callee}/any/v1")


async def knock(platform: Platform, layer: str, bearer: str) -> httpx.Response:
    async with at(platform, bearer) as client:
        return await client.get(PATHS[layer])


@pytest.mark.parametrize(
    ("caller", "callee"), [("experience", "process"), ("process", "process"), ("process", "system")]
)
async def test_a_layer_opens_the_one_below_it(
    platform: Platform, settings: Settings, caller: str, callee: str
) -> None:
    answer = await knock(platform, callee, hop(settings, caller, callee))

    assert answer.status_code == PAST_THE_DOOR[callee]


@pytest.mark.parametrize(
    ("caller", "callee"),
    [
        ("experience", "system"),
        ("experience", "experience"),
        ("process", "experience"),
        ("system", "system"),
        ("system", "process"),
    ],
)
async def test_a_layer_opens_no_other_though_it_signs_for_it(
    platform: Platform, settings: Settings, caller: str, callee: str
) -> None:
    answer = await knock(platform, callee, hop(settings, caller, callee))

    assert_problem(answer, 401, "unauthenticated")
    assert answer.json()["detail"] == "the token's issuer is not trusted here"


@pytest.mark.parametrize(("made_for", "shown_to"), [("process", "system"), ("system", "process")])
async def test_a_token_for_one_layer_does_not_open_another(
    platform: Platform, settings: Settings, made_for: str, shown_to: str
) -> None:
    answer = await knock(platform, shown_to, hop(settings, "process", made_for))

    assert_problem(answer, 401, "unauthenticated")
    assert answer.json()["detail"] == f"the token is not for strata:{shown_to}"


async def test_a_layer_cannot_sign_for_another(platform: Platform, settings: Settings) -> None:
    stolen = private_key(settings, "experience")
    forged = HopTokens("process/orders", stolen, ALL_SCOPES).token(ADA, "system/crm/v1")

    answer = await knock(platform, "system", forged)

    assert_problem(answer, 401, "unauthenticated")
    assert answer.json()["detail"] == "the token's signature is not valid"


@pytest.mark.parametrize(
    ("client", "opens"),
    [("ada", "experience"), ("backoffice", "process"), ("operations", "system")],
)
async def test_a_consumers_token_opens_its_own_layer_only(
    platform: Platform, client: str, opens: str
) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_secret": f"{client}-dev",
    }
    async with at(platform) as http:
        bearer = (await http.post("/oauth/token", data=form)).json()["access_token"]

    statuses = {layer: (await knock(platform, layer, bearer)).status_code for layer in PATHS}

    assert statuses == dict.fromkeys(PATHS, 401) | {opens: PAST_THE_DOOR[opens]}


async def test_a_call_passes_through_all_three_layers(platform: Platform) -> None:
    form = {"grant_type": "client_credentials", "client_id": "ada", "client_secret": "ada-dev"}
    async with at(platform) as http:
        bearer = (await http.post("/oauth/token", data=form)).json()["access_token"]

    home: dict[str, Any] = (await knock(platform, "experience", bearer)).json()

    assert {it["source"] for it in home.pop("degraded")} == {"crm", "erp", "orders"}
    assert home == {"openOrders": [], "recent": []}
