"""Every operation is asked what its contract allows and what it does not: no answer is undeclared.

Requests by Schemathesis, answered by all layers in this process on the simulated backends.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
import uvloop
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from runtime.calls.network import NetworkSender
from runtime.contracts.contract import Contract, contract_names
from runtime.serving.catalogue import names
from runtime.serving.platform import Platform
from runtime.settings import load
from sandbox.launch import launch
from tests.end_to_end.deployment import SECRETS, Deployment

EXAMPLES = 8
"""Of each kind per operation: a minute of `make test`; a fault that needs more is not looked for here."""
CALLERS = ("ada", "newcomer", "partner-north", "backoffice", "reviewer", "integrator")
"""Of whom the first who may is asked as."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ORIGIN = "http://strata"
KNOWN = {"customerId": "C-1001", "sku": "MS-ERGO-01"}
"""What the sandbox has from the start, lest every path leads to nothing."""

Operation = APIOperation[Any, Any, Any, Any]
Ask = Callable[[Case[Any]], httpx.Response]
Bearers = dict[str, set[str]]
"""What each token is good for."""


def operations() -> Iterator[pytest.ParameterSet]:
    for name in contract_names():
        contract = Contract.load(name)
        schema = schemathesis.openapi.from_dict(contract.document)
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            label = operation.definition.raw["operationId"]
            yield pytest.param(contract, operation, id=f"{contract.api}-{label}")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Contract, str], Ask]]:
    """How to send a request to an API, as the one who may do most there."""
    folder: Path = tmp_path_factory.mktemp("contracts")
    with (
        launch(folder / "sandbox") as sandbox,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        served = platform(folder, sandbox.urls)
        client = runner.run(served.__aenter__())
        bearers = dict(runner.run(token(client, name)) for name in CALLERS)

        def asking(contract: Contract, operation_id: str) -> Ask:
            bearer, base = bearer_for(contract, operation_id, bearers), f"{ORIGIN}{contract.prefix}"
            return lambda case: runner.run(sent(client, case, base, bearer))

        yield asking
        runner.run(served.__aexit__(None, None, None))


@asynccontextmanager
async def platform(folder: Path, backends: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    network = NetworkSender()
    try:
        file = folder / "overlay.yaml"
        file.write_text(
            yaml.safe_dump(Deployment(folder, split=False, backends=backends).overlay())
        )
        async with (
            Platform(names(), load(file), network) as app,
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client,
        ):
            yield client
    finally:
        await network.aclose()


def bearer_for(contract: Contract, operation_id: str, bearers: Bearers) -> str:
    needed = {*contract.operations[operation_id].scopes}
    return next(bearer for bearer, scopes in bearers.items() if needed <= scopes)


async def token(client: httpx.AsyncClient, name: str) -> tuple[str, set[str]]:
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": SECRETS[name]}
    granted = (await client.post("/oauth/token", data=form)).json()
    return str(granted["access_token"]), {*granted["scope"].split()}


async def sent(
    client: httpx.AsyncClient, case: Case[Any], base: str, bearer: str
) -> httpx.Response:
    asked: Any = requests.Request(**case.as_transport_kwargs(base_url=base)).prepare()
    headers = {**asked.headers, "authorization": f"Bearer {bearer}"}
    return await client.request(asked.method, asked.url, headers=headers, content=asked.body)


def cases(operation: Operation) -> st.SearchStrategy[Case[Any]]:
    """What is allowed, the same of things there are, and what is not allowed."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    refused = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    known = {name: value for name, value in KNOWN.items() if f"{{{name}}}" in operation.path}
    if not known:
        return allowed | refused
    return allowed | refused | operation.as_strategy(path_parameters=known)


@pytest.mark.parametrize(("contract", "operation"), [*operations()])
def test_no_answer_is_undeclared(
    ask: Callable[[Contract, str], Ask], contract: Contract, operation: Operation
) -> None:
    asking = ask(contract, operation.definition.raw["operationId"])

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation))
    def hold(case: Case[Any]) -> None:
        case.validate_response(asking(case), checks=CHECKS)

    hold()
