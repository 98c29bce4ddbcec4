from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped] # it has no types
import pytest

from runtime.flows.replicated.replica import replica
from tests.postgresql import database, server
from tests.runtime.flows.engines import Database, Place

EMPTIED = """
    truncate strata.run, strata.run_order, strata.event;
    truncate dbos.workflow_status, dbos.operation_outputs cascade;
"""


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
async def database_of_flows(postgresql: str) -> AsyncIterator[str]:
    """One for all tests: the tables are made once."""
    async with database(postgresql) as url:
        async with replica(url, "1", "test"):
            pass
        yield url


@pytest.fixture
async def emptied(database_of_flows: str) -> Database:
    connection = await asyncpg.connect(database_of_flows)
    try:
        await connection.execute(EMPTIED)
    finally:
        await connection.close()
    return Database(database_of_flows)


@pytest.fixture(params=["embedded", "postgresql"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where the engine under test keeps its runs: each test is one of every engine."""
    if request.param == "embedded":
        return tmp_path / "flows.db"
    place: Place = request.getfixturevalue("emptied")
    return place
