from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.connectors.protocols.soap.secured import Backend, answering
from tests.connectors.protocols.soap_material import wsdl


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[Backend]:
    async with answering(tmp_path, wsdl()) as made:
        yield made
