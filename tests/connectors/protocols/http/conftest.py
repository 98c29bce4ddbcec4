"""What every test of the policy asks: a vendor that answers as it is told, and a backend of ours to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest
import respx

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.httpx_sender import HttpxSender
from tests.connectors.protocols.http.vendor import URL


@pytest.fixture
def vendor() -> Iterator[respx.Route]:
    with respx.mock:
        yield respx.route(url__startswith=URL)


@pytest.fixture(scope="session")
async def sender() -> AsyncIterator[HttpxSender]:
    async with aclosing(HttpxSender()) as sender:
        yield sender


@pytest.fixture
def backend(sender: HttpxSender) -> HttpBackend:
    return HttpBackend(
        "the vendor", URL + "/", Reach(sender), headers={"X-Api-Key": "k"}, timeout=2
    )
