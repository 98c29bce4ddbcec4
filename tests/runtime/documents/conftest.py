"""Both stores of documents, each opened as a process opens it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from runtime.documents.opening import open_documents
from runtime.documents.store import Documents
from runtime.settings import FlowSettings, Settings
from tests.postgresql import database, server

Opening = Callable[[], AbstractAsyncContextManager[Documents]]
"""Opens the same collection again, as another process would."""


@pytest.fixture(scope="package")
async def database_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    with server(tmp_path_factory.mktemp("postgresql")) as url:
        async with database(url) as made:
            yield made


@pytest.fixture(params=["file", "postgresql"])
def opening(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Opening:
    own = settings.model_copy(update={"data_dir": tmp_path})
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
        flows = FlowSettings(engine="dbos", database_url=url)
        own = own.model_copy(update={"flows": flows})
    return lambda: open_documents(tmp_path.name, own)
