"""What every connector's tests share: one sandbox and one network for the session.

`sandbox_urls` and `network` are for all vendors; what only one vendor needs stays beside its tests.
The state is shared: each test uses references of its own, and orders faults by `Sandboxed`.
"""

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from sandbox.launch import launch
from tests.connectors.legacy_warehouses import legacy_warehouse
from tests.connectors.nightly_warehouses import nightly_warehouse
from tests.connectors.sandboxed import Sandboxed
from tests.connectors.vendors import REAL, Stand, examples


@pytest.fixture(scope="session")
def sandbox_urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Base URLs by backend name, as in sandbox/services.py."""
    data: Path = tmp_path_factory.mktemp("sandbox")
    with launch(data) as running:
        yield running.urls


@pytest.fixture(scope="session")
async def network() -> AsyncIterator[NetworkSender]:
    async with aclosing(NetworkSender()) as sender:
        yield sender


@pytest.fixture(scope="session")
async def sandbox_compliance(sandbox_urls: dict[str, str], network: NetworkSender) -> Stand:
    url = sandbox_urls["compliance"]
    await Sandboxed(url, network).control("POST", "running-time", {"seconds": 0})
    options = {"url": url, "api_key": "sandbox-screening-key"}
    return Stand("connectors.compliance.sandbox_rest", options)


@pytest.fixture(scope="session")
def sandbox_crm(sandbox_urls: dict[str, str]) -> Stand:
    options = {"url": sandbox_urls["crm"], "api_key": "sandbox-crm-key"}
    return Stand("connectors.crm.sandbox_rest", options)


@pytest.fixture(scope="session")
async def sandbox_salesforce(sandbox_urls: dict[str, str], network: NetworkSender) -> Stand:
    url = sandbox_urls["salesforce"]
    app = await Sandboxed(url, network).control("GET", "app")
    return Stand("connectors.crm.salesforce", {"url": url, **app})


@pytest.fixture(scope="session")
def sandbox_erp(sandbox_urls: dict[str, str]) -> Stand:
    url = f"{sandbox_urls['erp']}/soap"
    options = {"url": url, "user": "strata", "password": "sandbox"}
    return Stand("connectors.erp.sandbox_soap", options)


@pytest.fixture(scope="session")
def sandbox_inventory(sandbox_urls: dict[str, str]) -> Stand:
    options = {"url": sandbox_urls["inventory"], "token": "sandbox-wms-token"}
    return Stand("connectors.inventory.sandbox_rest", options)


@pytest.fixture(scope="session")
def sandbox_smtp(sandbox_urls: dict[str, str]) -> Stand:
    options = {"url": sandbox_urls["smtp"], "user": "strata", "password": "sandbox"}
    return Stand("connectors.notifications.smtp", {**options, "sender": "shop@strata.example"})


@pytest.fixture(scope="session")
def sandbox_payments(sandbox_urls: dict[str, str]) -> Stand:
    options = {"url": sandbox_urls["payments"], "api_key": "sk_test_sandbox"}
    return Stand(
        "connectors.payments.stripe",
        options,
        {"good": "pm_card_visa", "declined": "pm_card_chargeDeclined", "unknown": "pm_nobodys"},
    )


@pytest.fixture(scope="session")
def sandbox_gateway(sandbox_urls: dict[str, str]) -> Stand:
    who = {"merchant_id": "SANDBOX01", "user": "strata", "password": "sandbox"}
    url = f"{sandbox_urls['payment_gateway']}/gateway"
    return Stand(
        "connectors.payments.soap_gateway",
        {"url": url, "zone": "Europe/Paris", **who},
        {"good": "tok_good", "declined": "tok_declined", "unknown": "tok_nobodys"},
    )


@pytest.fixture(scope="session")
def localstripe() -> Stand:
    return Stand(
        "connectors.payments.stripe",
        {**REAL["stripe"], "dialect": "localstripe"},
        {"good": "pm_card_visa", "declined": "pm_card_chargeCustomerFail", "unknown": "pm_nobodys"},
    )


@pytest.fixture(scope="session")
async def legacy_postgresql(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    async with legacy_warehouse("postgresql", tmp_path_factory.mktemp("legacy")) as house:
        yield house.stand


@pytest.fixture(scope="session")
async def legacy_mariadb(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    async with legacy_warehouse("mariadb", tmp_path_factory.mktemp("legacy")) as house:
        yield house.stand


@pytest.fixture(scope="session")
async def legacy_sqlite(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    async with legacy_warehouse("sqlite", tmp_path_factory.mktemp("legacy")) as house:
        yield house.stand


@pytest.fixture(scope="session")
async def nightly_file(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stand]:
    async with nightly_warehouse(tmp_path_factory.mktemp("nightly")) as house:
        yield house.stand


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Connectors keep their ledgers from one test to the next, as the backends keep theirs."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def stand(request: pytest.FixtureRequest) -> Stand:
    """The vendor a test is about: see `vendors.every`."""
    if request.param in examples():
        made: Stand = examples()[request.param].stand(request.getfixturevalue("sandbox_urls"))
        return made
    stand: Stand = request.getfixturevalue(request.param)
    return stand


@pytest.fixture
async def connector(stand: Stand, network: NetworkSender, data_dir: Path) -> AsyncIterator[Any]:
    module = importlib.import_module(stand.module)
    options = module.Options.model_validate(stand.options)
    reach = Reach(network, data_dir=data_dir / f"{stand.module}-{id(stand):x}")
    async with aclosing(module.Connector(options, reach)) as connector:
        yield connector
