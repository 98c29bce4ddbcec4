"""A legacy warehouse in a database of each kind, and connectors to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Any

import pytest

from connectors.inventory.legacy_sql import Connector, Options
from connectors.reach import Reach
from tests.connectors.databases import KINDS
from tests.connectors.inventory.legacy_sql.material import Connect, Hand
from tests.connectors.legacy_warehouses import House, legacy_warehouse
from tests.connectors.protocols.sql.material import nobody


@pytest.fixture(scope="session", params=KINDS)
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    async with legacy_warehouse(request.param, tmp_path_factory.mktemp("legacy")) as made:
        yield made


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def connect(house: House, clock: Hand) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as opened:

        async def connected(**options: Any) -> Connector:
            merged = Options.model_validate(house.options | options)
            made = Connector(merged, Reach(nobody, clock))
            return await opened.enter_async_context(aclosing(made))

        yield connected


@pytest.fixture
async def warehouse(connect: Connect) -> Connector:
    return await connect()
