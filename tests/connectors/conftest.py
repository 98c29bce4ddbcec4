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

from runtime.calls.network import NetworkSender
from sandbox.launch import launch
from tests.connectors.vendors import REAL, Stand


@pytest.fixture(scope="session")
def sandbox_urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Base URLs by backend name: erp, crm, inventory, payments."""
    data: Path = tmp_path_factory.mktemp("sandbox")
    with launch(data) as running:
        yield running.urls


@pytest.fixture(scope="session")
async def network() -> AsyncIterator[NetworkSender]:
    async with aclosing(NetworkSender()) as sender:
        yield sender


@pytest.fixture(scope="session")
def sandbox_crm(sandbox_urls: dict[str, str]) -> Stand:
    options = {"url": sandbox_urls["crm"], "api_key": "sandbox-crm-key"}
    return Stand("connectors.crm.sandbox_rest", options)


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
def sandbox_payments(sandbox_urls: dict[str, str]) -> Stand:
    options = {"url": sandbox_urls["payments"], "api_key": "sk_test_sandbox"}
    return Stand(
        "connectors.payments.stripe",
        options,
        {"good": "pm_card_visa", "declined": "pm_card_chargeDeclined", "unknown": "pm_nobodys"},
    )


@pytest.fixture(scope="session")
def localstripe() -> Stand:
    return Stand(
        "connectors.payments.stripe",
        {**REAL["stripe"], "dialect": "localstripe"},
        {"good": "pm_card_visa", "declined": "pm_card_chargeCustomerFail", "unknown": "pm_nobodys"},
    )


@pytest.fixture
def stand(request: pytest.FixtureRequest) -> Stand:
    """The vendor a test is about: see `vendors.every`."""
    stand: Stand = request.getfixturevalue(request.param)
    return stand


@pytest.fixture
def connector(stand: Stand, network: NetworkSender) -> Any:
    module = importlib.import_module(stand.module)
    return module.Connector(module.Options.model_validate(stand.options), network)
