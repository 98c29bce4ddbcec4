"""Opens a collection where the deployment keeps its flows: a file, or PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from runtime.documents.in_file import FileDocuments
from runtime.documents.store import Documents
from runtime.settings import Settings, SettingsError
from runtime.sqlite.file import FileTooNew


@asynccontextmanager
async def open_documents(collection: str, settings: Settings) -> AsyncIterator[Documents]:
    """In `<data_dir>/<collection>.sqlite`, or under that name in the database of the flows.

    Raises SettingsError where there is none that can be used.
    """
    async with AsyncExitStack() as stack:
        if settings.flows.engine == "embedded":
            yield await stack.enter_async_context(aclosing(_file(collection, settings)))
        else:
            yield await _replicated(collection, settings, stack)


def _file(collection: str, settings: Settings) -> FileDocuments:
    try:
        return FileDocuments(settings.data_dir / f"{collection}.sqlite")
    except FileTooNew as error:
        raise SettingsError([f"data_dir: {error}"]) from error


async def _replicated(collection: str, settings: Settings, stack: AsyncExitStack) -> Documents:
    from runtime.documents.in_postgresql import opened  # asyncpg is loaded where it is used only
    from runtime.postgresql.failures import UNREADABLE, UNUSABLE, said

    url = settings.flows.database_url or ""
    try:
        return await stack.enter_async_context(opened(url, collection))
    except (*UNUSABLE, *UNREADABLE) as error:
        raise SettingsError([f"flows.database_url: {said(error)}"]) from error
