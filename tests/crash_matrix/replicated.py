"""DBOS on PostgreSQL in the matrix: a database per case, copied from the one its scenario begins with.

The kills are at what DBOS commits: the runs begun, the steps recorded, the workflows ended. What else
is written of a run lies between two of those.
"""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
import psycopg.sql
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from runtime.apis.binding import OpenEngine
from runtime.flows.opening import open_engine
from runtime.flows.replicated import opening as loaded_before_the_fork  # noqa: F401
from tests.crash_matrix.haste import LIMITS
from tests.crash_matrix.kills import Commits
from tests.postgresql import server

CHANGES = ("INSERT", "UPDATE", "DELETE")


class Replicated:
    def __init__(self, stack: ExitStack) -> None:
        folder = stack.enter_context(TemporaryDirectory(prefix="crash-matrix-"))
        self._server = stack.enter_context(server(Path(folder)))
        self._name = f"crash_matrix_{uuid4().hex[:12]}"
        self._kept: set[str] = set()
        self._admin = stack.enter_context(
            psycopg.connect(self._server.format("postgres"), autocommit=True)
        )
        self._do("create database {}", self._name)
        stack.callback(self._drop)

    @property
    def overlay(self) -> dict[str, Any]:
        url = self._server.format(self._name)
        return {"flows": {"engine": "dbos", "database_url": url}}

    def opener(self, commits: Commits) -> OpenEngine:
        _watch(commits)
        return partial(open_engine, limits=LIMITS)

    def keep(self, kept: Path) -> None:
        self._copy(self._name, self._of(kept))
        self._kept.add(self._of(kept))

    def lay(self, kept: Path, folder: Path) -> None:
        del folder
        self._copy(self._of(kept), self._name)

    def _of(self, kept: Path) -> str:
        return f"{self._name}_{kept.name.replace('-', '_')}"

    def _copy(self, source: str, target: str) -> None:
        self._do("drop database if exists {} with (force)", target)
        self._end_sessions(source)
        self._do("create database {} template {} strategy file_copy", target, source)

    def _end_sessions(self, name: str) -> None:
        """Those of a process that has just ended may be there still, and nobody else's."""
        ended = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s"
        self._admin.execute(ended, [name])

    def _do(self, statement: str, *names: str) -> None:
        quoted = [psycopg.sql.Identifier(name) for name in names]
        self._admin.execute(psycopg.sql.SQL(statement).format(*quoted))

    def _drop(self) -> None:
        for name in (self._name, *self._kept):
            self._do("drop database if exists {} with (force)", name)


def _watch(commits: Commits) -> None:
    """Of every transaction of DBOS that changes something; in a process that ends by itself."""

    @event.listens_for(Engine, "before_cursor_execute")
    def changes(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(CHANGES):
            connection.info["changed"] = True

    @event.listens_for(Engine, "commit")
    def before(connection: Connection) -> None:
        if connection.info.pop("changed", False):
            connection.info["commits"] = True
            commits.comes("before")

    @event.listens_for(Engine, "checkin")
    def after(_connection: Any, record: Any) -> None:
        if record.info.pop("commits", False):
            commits.comes("after")
