"""Our embedded engine, on its journal and with its log lines, as `strata serve` opens it."""

import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import structlog

from bench.flows.order import Order, Placed, place_order
from runtime import observability
from runtime.calls.http import Sender
from runtime.context import Context, Identity, new_id
from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.journal import Journal
from runtime.flows.origin import restored
from runtime.sqlite import writer

PATIENCE = 60.0
"""Seconds a flow has at most."""


class NoPeers:
    """The steps call nobody."""

    def sender(self, api: str) -> Sender:
        raise LookupError(api)

    def base_url(self, api: str) -> str:
        raise LookupError(api)

    def token(self, identity: Identity, api: str) -> str:
        raise LookupError(identity, api)


class Strata:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._commits = 0
        self.engine = EmbeddedEngine(
            Journal(path, commit=self._commit),
            [place_order],
            make_context=partial(restored, wiring=NoPeers()),
        )

    async def play(self, order: Order) -> Placed:
        context = Context(
            "process/orders/v1", NoPeers(), "bench", new_id(128), 0.0, identity=Identity("C-1001")
        )
        await self.engine.start(place_order, order.id, order, owner="C-1001", context=context)
        run = await self.engine.wait(order.id, PATIENCE)
        if run.status != "completed":
            raise AssertionError(f"{run.id} is {run.status}: {run.problem}")
        return place_order.result_of(run)

    def written(self) -> dict[str, int]:
        with closing(sqlite3.connect(self._path)) as journal:
            counts = [journal.execute(_count(table)).fetchone()[0] for table in _tables(journal)]
        return {"rows": sum(counts), "commits": self._commits}

    def _commit(self, connection: sqlite3.Connection) -> None:
        self._commits += 1
        writer.commit(connection)


def _tables(journal: sqlite3.Connection) -> list[str]:
    names = journal.execute("select name from pragma_table_list").fetchall()
    return [name for (name,) in names if not name.startswith("sqlite_")]


def _count(table: str) -> str:
    return f'select count(*) from "{table}"'  # noqa: S608 - the name is the schema's own


@asynccontextmanager
async def opened(place: str) -> AsyncIterator[Strata]:
    """`place`: the file of the journal."""
    observability.configure("info")
    structlog.configure(logger_factory=structlog.BytesLoggerFactory(io.BytesIO()))
    contender = Strata(Path(place))
    try:
        yield contender
    finally:
        await contender.engine.aclose()
