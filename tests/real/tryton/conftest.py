"""One Tryton for all tests here: each uses ids of its own, and gives back the stock it takes."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from connectors.erp import tryton as erp_vendor
from connectors.inventory import tryton as inventory_vendor
from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from sandbox.real.rpc import Tryton
from tests.real.tryton.clock import MovableClock
from tests.real.tryton.wire import Wire


@pytest.fixture(scope="session")
def options(real_backends: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = real_backends["tryton"]
    return found


@pytest.fixture(scope="session")
async def network() -> AsyncIterator[NetworkSender]:
    async with aclosing(NetworkSender()) as sender:
        yield sender


@pytest.fixture(scope="session")
def wires(network: NetworkSender) -> Wire:
    return Wire(network)


@pytest.fixture
def wire(wires: Wire) -> Wire:
    wires.calm()
    return wires


@pytest.fixture(scope="session")
def inside(options: dict[str, Any]) -> Tryton:
    """Tryton as its own users see it."""
    client = Tryton(httpx.URL(options["url"]).port or 0, options["database"])
    client.login(options["user"], options["password"])
    return client


@pytest.fixture(scope="session")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def erp(options: dict[str, Any], wires: Wire) -> erp_vendor.Connector:
    return erp_vendor.Connector(erp_vendor.Options(**options), Reach(wires))


@pytest.fixture(scope="session")
def warehouse(
    options: dict[str, Any], wires: Wire, clock: MovableClock
) -> inventory_vendor.Connector:
    return inventory_vendor.Connector(inventory_vendor.Options(**options), Reach(wires, clock))


@pytest.fixture
def order_id() -> str:
    return f"ord_{uuid4().hex[:20]}"


@pytest.fixture
def customer_id() -> str:
    return f"C-{uuid4().hex[:12]}"


@pytest.fixture
def behind(
    options: dict[str, Any], network: NetworkSender, clock: MovableClock
) -> inventory_vendor.Connector:
    """Another process, by whose clock it is earlier."""
    return inventory_vendor.Connector(
        inventory_vendor.Options(**options),
        Reach(network, lambda: clock() - timedelta(seconds=100)),
    )


@pytest.fixture
async def refs(warehouse: inventory_vendor.Connector, wire: Wire) -> AsyncIterator[list[str]]:
    """Ids for three reservations, let go afterwards; with a character that is a wildcard in SQL."""
    refs = [f"R_{uuid4().hex[:20]}" for _ in range(3)]
    yield refs
    wire.calm()
    for ref in refs:
        await warehouse.release_reservation(ref)
