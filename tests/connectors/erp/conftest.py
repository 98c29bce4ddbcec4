"""The simulated ERP, our connector to it, and somebody who works in it by hand."""

from collections.abc import AsyncIterator

import pytest

from connectors.erp.sandbox_soap import WSDL, Connector, Options
from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from runtime.calls.http import Sender
from tests.connectors.erp.orders import new_order_id
from tests.connectors.sandboxed import Sandboxed

BASIC = {"authorization": "Basic c3RyYXRhOnNhbmRib3g="}


@pytest.fixture
async def backend(sandbox_urls: dict[str, str], network: Sender) -> AsyncIterator[Sandboxed]:
    backend = Sandboxed(sandbox_urls["erp"], network)
    await backend.calm()
    yield backend
    await backend.calm()


@pytest.fixture
def options(backend: Sandboxed) -> dict[str, object]:
    url = f"{backend.url}/soap"
    return {"url": url, "user": "strata", "password": "sandbox", "timeout_seconds": 1}


@pytest.fixture
def erp(options: dict[str, object], network: Sender) -> Connector:
    return Connector(Options.model_validate(options), Reach(network))


@pytest.fixture
def clerk(backend: Sandboxed, network: Sender) -> SoapBackend:
    """Does in the ERP what our port has no word for."""
    http = HttpBackend("the clerk", f"{backend.url}/soap", Reach(network), headers=BASIC)
    return SoapBackend(http, load(WSDL))


@pytest.fixture
def ref() -> str:
    return new_order_id()
