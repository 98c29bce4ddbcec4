"""Each backend in turn is down, slow, and wrong: every operation of the Experience layer answers in time
with what it has, and says what is missing, why, and how old the rest is."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from runtime.contracts.contract import Contract
from sandbox.launch import launch
from tests.end_to_end.backends import Backends
from tests.end_to_end.conftest import restock
from tests.end_to_end.consumer import Consumer
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.every_operation import REQUESTS, Request, operations
from tests.end_to_end.people import somebody

BACKENDS = ("erp", "crm", "inventory", "payments", "compliance", "mail")
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "down": ("drop_connection", {}),
    "slow": ("delay", {"seconds": 3}),
    "wrong": ("html", {}),
}
AT_THE_RELAY = {"wrong": "garbage"}
"""Where SMTP has another word for it."""
DEADLINE, SLACK = 3.0, 14.0
"""Seconds a caller waits, and those a busy machine may add: without the deadline it would be 20."""
AT_ONCE = 10
KNOWN_AS = {"mail": "notifications"}
"""What a system is called that has another name in the sandbox."""


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Deployment, dict[str, str]]]:
    """One of its own: what is begun here goes on for long, and other tests count calls. All in one
    process: what a view or a flow does without a system does not depend on where it runs."""
    folder = tmp_path_factory.mktemp("bad-days")
    with launch(folder / "sandbox") as sandbox:
        restock(sandbox.urls["inventory"])
        with Deployment(folder, split=False, backends=sandbox.urls) as deployment:
            yield deployment, sandbox.urls


@pytest.fixture
async def consumers(platform: Deployment, backends: Backends) -> dict[str, Consumer]:
    """Somebody for each API, so that none is in the way of another."""
    backends.control("compliance", "running-time", {"seconds": 0})
    made = {api: Consumer(await somebody(platform, backends)) for api in REQUESTS}
    await asyncio.gather(*(consumer.settle() for consumer in made.values()))
    for api, consumer in made.items():
        for name, request in REQUESTS[api].items():
            if request.parts or Contract.load(f"{api}/v1").operations[name].method == "get":
                reply = await consumer.send(api, name)
                assert reply.status_code == 200, reply.text
                consumer.whole[name] = reply.text
    return made


def test_every_operation_has_a_request() -> None:
    assert {(api, name) for api, named in REQUESTS.items() for name in named} == {
        (contract.api, name) for contract, name in operations()
    }


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("backend", "kind"), list(itertools.product(BACKENDS, KINDS)))
async def test_every_operation_answers_in_time_and_says_what_is_missing(
    consumers: dict[str, Consumer], backends: Backends, backend: str, kind: str
) -> None:
    fault, options = KINDS[kind]
    fault = AT_THE_RELAY.get(kind, fault) if backend == "mail" else fault
    backends.fault(backend, "*", fault, times=100_000, **options)
    turns = asyncio.Semaphore(AT_ONCE)

    async def complaint(contract: Contract, name: str) -> str | None:
        async with turns:
            headers = {"x-request-timeout-ms": f"{1000 * DEADLINE:.0f}"}
            reply = await consumers[contract.api].send(contract.api, name, **headers)
        whole = consumers[contract.api].whole.get(name, "")
        wrong = judged(REQUESTS[contract.api][name], backend, contract, name, reply, whole)
        return f"{contract.api} {name}: {wrong} {reply.text[:300]}" if wrong else None

    complaints = await asyncio.gather(*(complaint(*each) for each in operations()))

    assert [each for each in complaints if each] == []


def judged(
    request: Request,
    backend: str,
    contract: Contract,
    name: str,
    reply: httpx.Response,
    whole: str,
) -> str | None:
    """What is wrong with an answer; `whole` is what it was when all was well."""
    status, took = reply.status_code, reply.elapsed.total_seconds()
    if took > DEADLINE + SLACK:
        return f"it took {took:.1f} s"
    if not reply.is_success:
        wrong = backend not in request.needs or not _says_why(backend, reply)
        return f"{status}: it does not need {backend}, or does not say so" if wrong else None
    if status not in contract.operations[name].statuses:
        return f"undeclared status {status}"
    if request.kept and json.loads(whole).keys() <= reply.json().keys():
        return None  # nothing is missing
    if backend in request.parts and not _names(backend, reply.json()):
        return f"nothing is said of {backend}"
    return f"{status} without {backend}" if backend in request.needs and status != 202 else None


def _says_why(backend: str, reply: httpx.Response) -> bool:
    if reply.headers["content-type"] != "application/problem+json":
        return False
    system = KNOWN_AS.get(backend, backend)
    return reply.status_code in {502, 503, 504} and system in reply.json()["detail"]


def _names(backend: str, answer: dict[str, Any]) -> bool:
    return any(it["source"] == backend and it["reason"] for it in answer["degraded"])
