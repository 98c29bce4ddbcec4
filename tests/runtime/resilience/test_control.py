"""What an operator sees and may order, through the door of a process."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from runtime.access.issuer import DevelopmentIssuer
from runtime.access.keys import private_key
from runtime.calls.http import Reply, Request
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.conftest import Logged, embedded
from tests.runtime.served import ELSEWHERE, at

CLIENT = {
    "secret": "s",
    "subject": "maria",
    "layer": "system",
    "scopes": ["crm:read", "backends:operate"],
}
ORDERS = "/operations/backends/orders"
MAINTENANCE = {"backend": "crm", "state": "open", "reason": "maintenance until six"}


class Network:
    """Fails every call, and counts them."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, _request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        self.calls += 1
        return Reply(500, [], b"{}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return embedded(
        tmp_path,
        security__development_clients__op=json.dumps(CLIENT),
        backends__crm__policy="{minimum_calls: 4, minimum_seconds: 0}",
    )


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
async def platform(settings: Settings, network: Network) -> AsyncIterator[Platform]:
    async with Platform(["system/crm", "system/erp"], settings, network) as platform:
        yield platform


def token(settings: Settings, client: str, *scopes: str) -> str:
    issuer = DevelopmentIssuer(settings, private_key(settings, "development"))
    return issuer.issue(client, settings.security.development_clients[client], list(scopes))


@pytest.fixture
async def operator(platform: Platform, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with at(platform, token(settings, "op", "backends:operate", "crm:read")) as client:
        yield client


async def crm(client: httpx.AsyncClient) -> dict[str, Any]:
    found: list[dict[str, Any]] = (await client.get("/operations/backends")).json()
    return next(row for row in found if row["backend"] == "crm")


async def look_up(client: httpx.AsyncClient) -> httpx.Response:
    return await client.get("/system/crm/v1/accounts/C-1001")


async def test_every_backend_of_the_process_is_shown_without_a_token(platform: Platform) -> None:
    async with at(platform) as anybody:
        answer = await anybody.get("/operations/backends")

    assert answer.status_code == 200
    assert {(row["backend"], row["vendor"], row["state"]) for row in answer.json()} == {
        ("crm", "sandbox_rest", "closed"),
        ("erp", "sandbox_soap", "closed"),
    }


async def test_it_shows_how_a_backend_fares(operator: httpx.AsyncClient) -> None:
    await look_up(operator)
    await look_up(operator)

    shown = await crm(operator)

    assert shown["state"] == "open"
    assert 0 < shown["nextProbeSeconds"] <= 5
    assert (shown["limit"], shown["maxConcurrency"], shown["inFlight"]) == (20, 64, 0)
    assert (shown["retries"], shown["retryBudget"]) == (2, 8)
    assert shown["outcomes"] == {"failed": 4}
    assert shown["lastProblem"]["kind"] == "backend-error"
    assert shown["lastProblem"]["at"].endswith("+00:00")


async def test_a_caller_is_told_that_it_is_left_alone_and_until_when(
    operator: httpx.AsyncClient, network: Network
) -> None:
    await look_up(operator)
    await look_up(operator)
    reached = network.calls

    answer = await look_up(operator)

    assert (answer.status_code, network.calls) == (503, reached)
    assert answer.json()["type"] == "urn:strata:problem:circuit-open"
    assert int(answer.headers["retry-after"]) in {4, 5}


async def test_an_order_holds_until_the_next_one(
    operator: httpx.AsyncClient, network: Network, logged: Logged
) -> None:
    answer = await operator.post(ORDERS, json=MAINTENANCE)

    assert (answer.status_code, answer.json()["state"]) == (200, "open")
    assert (await look_up(operator)).json()["type"] == "urn:strata:problem:circuit-open"
    assert network.calls == 0
    assert (await crm(operator))["forced"] | {"at": ""} == {
        "reason": "maintenance until six",
        "by": "op",
        "at": "",
    }

    await operator.post(ORDERS, json={**MAINTENANCE, "state": "auto", "reason": "is done"})

    await look_up(operator)
    assert network.calls > 0
    assert (await crm(operator))["forced"] is None
    audit = [line for line in logged() if line["event"] == "backend_ordered"]
    assert [(line["state"], line["reason"]) for line in audit] == [
        ("open", "maintenance until six"),
        ("auto", "is done"),
    ]
    assert {(line["subject"], line["client"], line["backend"]) for line in audit} == {
        ("maria", "op", "crm")
    }


async def test_ordering_needs_a_token_with_the_scope(
    platform: Platform, settings: Settings
) -> None:
    async with at(platform) as anybody:
        refused = await anybody.post(ORDERS, json=MAINTENANCE)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
    async with at(platform, token(settings, "op", "crm:read")) as reader:
        assert (await reader.post(ORDERS, json=MAINTENANCE)).status_code == 403
    async with at(platform, token(settings, "ada", "backends:operate")) as customer:
        assert (await customer.post(ORDERS, json=MAINTENANCE)).status_code == 401
    assert platform.guards["crm"].breaker.state == "closed"


async def test_an_order_for_a_backend_that_is_not_there_names_those_there_are(
    operator: httpx.AsyncClient,
) -> None:
    answer = await operator.post(ORDERS, json={**MAINTENANCE, "backend": "cmr"})

    assert answer.status_code == 404
    assert "crm, erp" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({**MAINTENANCE, "reason": ""}, "#/reason"),
        ({**MAINTENANCE, "reason": "two\nlines"}, "#/reason"),
        ({**MAINTENANCE, "state": "half-open"}, "#/state"),
        ({**MAINTENANCE, "until": "six"}, "#/until"),
        ({"backend": "crm", "state": "open"}, "#/reason"),
    ],
)
async def test_an_order_that_cannot_be_meant_is_refused(
    operator: httpx.AsyncClient, order: dict[str, str], pointer: str
) -> None:
    answer = await operator.post(ORDERS, json=order)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b" " * 5000, 413)])
async def test_an_order_that_is_none_is_refused(
    operator: httpx.AsyncClient, body: bytes, status: int
) -> None:
    assert (await operator.post(ORDERS, content=body)).status_code == status


async def test_prometheus_finds_the_state_of_every_backend(
    platform: Platform, operator: httpx.AsyncClient
) -> None:
    await look_up(operator)
    await look_up(operator)
    async with at(platform) as anybody:
        answer = await anybody.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["strata_backend_breaker", "crm", "open"] == 1
    assert samples["strata_backend_breaker", "closed", "crm"] == 0
    assert samples["strata_backend_breaker", "closed", "erp"] == 1
    assert samples["strata_backend_attempts_total", "crm", "failed"] == 4
    assert samples["strata_backend_retries_total", "crm"] == 2
    assert samples["strata_backend_retry_budget", "crm"] == pytest.approx(8.1)
    assert samples["strata_backend_limit", "crm"] == 20
    assert samples["strata_backend_in_flight", "crm"] == 0
    assert samples["strata_backend_seconds_count", "crm"] == 4
    assert samples["strata_backend_seconds_bucket", "+Inf", "crm"] == 4
    assert samples["strata_backend_seconds_bucket", "30.0", "crm"] == 4
    assert samples["strata_cache_answers_total", "hit", "system/erp/v1"] == 0
    assert samples["process_start_time_seconds",] < time.time()


async def test_a_process_without_backends_says_so(tmp_path: Path, network: Network) -> None:
    settings = embedded(tmp_path).model_copy(update={"peers": ELSEWHERE})
    async with Platform(["experience/mobile"], settings, network) as platform, at(platform) as it:
        assert (await it.get("/operations/backends")).json() == []
        assert (await it.get("/metrics")).status_code == 200
