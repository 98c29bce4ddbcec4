"""A database of each kind, with tables of nobody's."""

from collections.abc import AsyncIterator

import pytest

from tests.connectors.databases import KINDS, Database, database
from tests.connectors.protocols.sql.material import TABLES


@pytest.fixture(scope="session", params=KINDS)
async def things(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    async with database(request.param, tmp_path_factory.mktemp("things")) as made:
        async with made.engine.begin() as connection:
            for table in TABLES:
                await connection.exec_driver_sql(table)
        yield made
