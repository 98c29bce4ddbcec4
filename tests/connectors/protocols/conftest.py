"""A SOAP backend and our client for it."""

from pathlib import Path

import pytest

from connectors.protocols.soap.client import SoapBackend
from tests.connectors.protocols.soap_calls import Backend, speaking
from tests.connectors.protocols.soap_material import vendored, wsdl


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def soap(backend: Backend, tmp_path: Path) -> SoapBackend:
    return speaking(backend, vendored(tmp_path, main=wsdl()))
