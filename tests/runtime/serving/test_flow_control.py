"""What an operator sees of runs and may order, through the door of a process."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.access.issuer import DevelopmentIssuer
from runtime.access.keys import private_key
from runtime.flows.engine import Engine
from runtime.flows.flow import flow
from runtime.flows.saga import Saga
from runtime.problems import Rejected
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.conftest import Logged, embedded
from tests.runtime.flows.engines import ended, engine
from tests.runtime.served import ELSEWHERE, at, nowhere

CLIENT = {"secret": "s", "subject": "maria", "layer": "process", "scopes": ["flows:operate"]}
RUNS = "/operations/flows"
SECRET = "C-1001 of Kastanienallee 7"
"""What a run is about, which nobody is shown."""

RETRY = {"action": "retry", "reason": "the provider is back"}


class Provider:
    """Refuses until it is back."""

    def __init__(self) -> None:
        self.back = False

    async def hold(self, thing: str) -> str:
        return f"held for {thing}"

    async def capture(self, thing: str) -> None:
        if not self.back:
            raise Rejected(f"the card of {thing} expired", kind="card-declined")

    async def number(self, thing: str) -> str:
        if thing == "no number":
            raise Rejected("no number")
        return thing


provider = Provider()


@flow("pay")
async def pay(thing: str, saga: Saga) -> str:
    await saga.step(provider.hold, thing)
    saga.point_of_no_return()
    await saga.step(provider.capture, thing)
    return await saga.step(provider.number, thing)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return embedded(tmp_path, security__development_clients__op=json.dumps(CLIENT))


@pytest.fixture
async def flows(tmp_path: Path) -> AsyncIterator[Engine]:
    provider.back = False
    async with engine(tmp_path / "pay.sqlite", pay) as flows:
        yield flows


@pytest.fixture
async def platform(settings: Settings, flows: Engine) -> AsyncIterator[Platform]:
    settings = settings.model_copy(update={"peers": ELSEWHERE})
    async with Platform(["experience/mobile"], settings, nowhere) as platform:
        platform.engines["pay"] = flows
        yield platform


def token(settings: Settings, client: str, *scopes: str) -> str:
    issuer = DevelopmentIssuer(settings, private_key(settings, "development"))
    return issuer.issue(client, settings.security.development_clients[client], list(scopes))


@pytest.fixture
async def operator(platform: Platform, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with at(platform, token(settings, "op", "flows:operate")) as client:
        yield client


async def order(client: httpx.AsyncClient, order: dict[str, Any]) -> httpx.Response:
    return await client.post(f"{RUNS}/run-1/orders", json=order)


async def page(client: httpx.AsyncClient, **more: str) -> dict[str, Any]:
    query = {"status": "stuck", "flow": "pay", "limit": "2", **more}
    return dict((await client.get(RUNS, params=query)).json())


async def test_a_stuck_run_is_shown_with_its_steps_and_nothing_of_what_it_is_about(
    operator: httpx.AsyncClient, flows: Engine
) -> None:
    await ended(flows, pay, SECRET)

    answer = await operator.get(f"{RUNS}/run-1")

    run = answer.json()
    assert (run["flow"], run["status"], run["stuckAt"]) == ("pay", "stuck", ["capture"])
    assert [(step["name"], step["kind"], step["outcome"]) for step in run["steps"]] == [
        ("hold", "do", "ok"),
        ("point_of_no_return", "mark", "ok"),
        ("capture", "do", "stuck"),
    ]
    assert run["steps"][-1]["problem"] == "urn:strata:problem:card-declined"
    assert (run["steps"][-1]["attempts"], run["steps"][-1]["skippable"]) == (1, True)
    for text in (SECRET, "alice", "expired"):
        assert text not in answer.text
        assert text not in (await operator.get(RUNS)).text


async def test_a_list_is_read_page_by_page_over_all_engines(
    operator: httpx.AsyncClient, platform: Platform, flows: Engine, tmp_path: Path
) -> None:
    for number in range(3):
        await ended(flows, pay, SECRET, f"run-{number}")
    async with engine(tmp_path / "more.sqlite", pay) as more:
        platform.engines["more"] = more
        await ended(more, pay, SECRET, "run-8")
        provider.back = True
        await ended(more, pay, SECRET, "run-9")
        first = await page(operator)
        second = await page(operator, after=first["next"])

    seen = [[run["id"] for run in found["items"]] for found in (first, second)]
    assert seen == [["run-2", "run-1"], ["run-0", "run-8"]]
    assert (first["next"], second["next"]) == ("run-1", None)


async def test_an_order_is_carried_out_kept_and_logged(
    operator: httpx.AsyncClient, flows: Engine, logged: Logged
) -> None:
    await ended(flows, pay, SECRET)
    provider.back = True

    answer = await order(operator, RETRY)

    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    assert (await flows.wait("run-1", timeout=5)).status == "completed"
    (kept,) = (await operator.get(f"{RUNS}/run-1")).json()["orders"]
    assert kept.pop("at").endswith("+00:00")
    assert kept == {**RETRY, "step": None, "subject": "maria", "client": "op"}
    (line,) = [line for line in logged() if line["event"] == "flow_ordered"]
    said = {**RETRY, "step": None, "subject": "maria", "client": "op", "run": "run-1"}
    assert said.items() <= line.items()


async def test_a_step_is_skipped(operator: httpx.AsyncClient, flows: Engine) -> None:
    await ended(flows, pay, SECRET)

    answer = await order(operator, {"action": "skip", "step": "capture", "reason": "paid in cash"})

    assert answer.status_code == 202
    await flows.wait("run-1", timeout=5)
    run = (await operator.get(f"{RUNS}/run-1")).json()
    assert (run["status"], run["steps"][2]["outcome"]) == ("completed", "skipped")


@pytest.mark.parametrize(
    ("payload", "asked", "kind"),
    [
        ("declined", {"action": "compensate"}, "only-forward"),
        ("declined", {"action": "cancel"}, "not-under-way"),
        ("declined", {"action": "skip", "step": "hold"}, "not-skippable"),
        ("no number", {"action": "skip", "step": "number"}, "not-skippable"),
        ("done", {"action": "retry"}, "not-stuck"),
        ("done", {"action": "cancel"}, "not-under-way"),
    ],
)
async def test_an_order_that_does_not_fit_is_a_409_that_says_why(
    operator: httpx.AsyncClient,
    flows: Engine,
    payload: str,
    asked: dict[str, str],
    kind: str,
) -> None:
    provider.back = payload != "declined"
    await ended(flows, pay, payload)

    answer = await order(operator, {**asked, "reason": "ticket 4711"})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:strata:problem:{kind}"
    assert answer.json()["detail"]
    assert (await operator.get(f"{RUNS}/run-1")).json()["orders"] == []


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({**RETRY, "reason": ""}, "#/reason"),
        ({"action": "retry"}, "#/reason"),
        ({**RETRY, "action": "restart"}, "#/action"),
        ({**RETRY, "action": "skip"}, "#"),
        ({**RETRY, "step": "capture"}, "#"),
        ({**RETRY, "subject": "somebody else"}, "#/subject"),
    ],
)
async def test_an_order_that_cannot_be_meant_is_refused(
    operator: httpx.AsyncClient, asked: dict[str, str], pointer: str
) -> None:
    answer = await order(operator, asked)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("query", [{"limit": "0"}, {"status": "lost"}, {"limit": "x"}])
async def test_a_question_that_is_none_is_a_400_that_names_the_parameter(
    operator: httpx.AsyncClient, query: dict[str, str]
) -> None:
    answer = await operator.get(RUNS, params=query)

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["in"]) == (next(iter(query)), "query")


async def test_what_is_not_there_is_a_404_and_what_is_not_done_a_405(
    operator: httpx.AsyncClient,
) -> None:
    assert (await operator.get(f"{RUNS}/run-1")).status_code == 404
    assert (await order(operator, RETRY)).status_code == 404
    assert (await operator.get(RUNS, params={"after": "run-1"})).status_code == 404
    assert (await operator.get(f"{RUNS}/run-1/orders/1")).status_code == 404
    assert (await operator.post(f"{RUNS}/run-1")).status_code == 405


async def test_looking_and_ordering_need_a_token_of_this_layer_with_the_scope(
    platform: Platform, settings: Settings, flows: Engine
) -> None:
    await ended(flows, pay, SECRET)
    bearers = {
        401: ("", token(settings, "operations", "flows:operate"), token(settings, "ada")),
        403: (token(settings, "op"), token(settings, "backoffice", "orders:read")),
    }
    for status, tokens in bearers.items():
        for bearer in tokens:
            async with at(platform, bearer) as client:
                for path in (RUNS, f"{RUNS}/run-1", f"{RUNS}/run-9"):
                    assert (await client.get(path)).status_code == status
                assert (await order(client, RETRY)).status_code == status
    run = await flows.get("run-1")
    assert run is not None
    assert run.orders == ()
