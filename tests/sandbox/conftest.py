"""One sandbox for the whole folder, and a client per backend with its vendor's credentials.

Tests share the state: each uses references of its own and leaves the stock as it found it.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import httpx
import pytest

from sandbox.launch import Running, launch
from tests.plain import NOBODY

CREDENTIALS: dict[str, dict[str, str]] = {
    "compliance": {"x-api-key": "sandbox-screening-key"},
    "mail": {},
    "erp": {"authorization": "Basic c3RyYXRhOnNhbmRib3g="},
    "crm": {"x-api-key": "sandbox-crm-key"},
    "inventory": {"authorization": "Bearer sandbox-wms-token"},
    "payments": {"authorization": "Bearer sk_test_sandbox"},
}

Clients = dict[str, httpx.AsyncClient]


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    with launch() as running:
        yield running


@pytest.fixture
def another() -> Iterator[Callable[..., Running]]:
    """Starts a further sandbox: `another()` or `another(data_directory)`."""
    with ExitStack() as stack:

        def start(data: Path | None = None) -> Running:
            return stack.enter_context(launch(data))

        yield start


@pytest.fixture(scope="session")
async def connect() -> AsyncIterator[Callable[[Running], Clients]]:
    async with AsyncExitStack() as stack:

        def open_clients(running: Running) -> Clients:
            clients = {
                name: httpx.AsyncClient(
                    base_url=url, headers=CREDENTIALS[name], timeout=5, verify=NOBODY
                )
                for name, url in running.urls.items()
                if name in CREDENTIALS
            }
            for client in clients.values():
                stack.push_async_callback(client.aclose)
            return clients

        yield open_clients


@pytest.fixture(scope="session")
def clients(running: Running, connect: Callable[[Running], Clients]) -> Clients:
    return connect(running)


@pytest.fixture
async def erp(clients: Clients) -> httpx.AsyncClient:
    return await _calm(clients["erp"])


@pytest.fixture
async def crm(clients: Clients) -> httpx.AsyncClient:
    return await _calm(clients["crm"])


@pytest.fixture
async def inventory(clients: Clients) -> httpx.AsyncClient:
    return await _calm(clients["inventory"])


@pytest.fixture
async def compliance(clients: Clients) -> httpx.AsyncClient:
    return await _calm(clients["compliance"])


@pytest.fixture
async def mail(clients: Clients) -> httpx.AsyncClient:
    return await _calm(clients["mail"])


@pytest.fixture
async def payments(clients: Clients) -> httpx.AsyncClient:
    return await _calm(clients["payments"])


async def _calm(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """No faults on order, no calls logged."""
    await client.delete("/_sandbox/faults")
    await client.delete("/_sandbox/calls")
    return client
