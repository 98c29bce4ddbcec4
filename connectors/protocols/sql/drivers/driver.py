"""What a backend asks of a database's driver."""

import ssl
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import NullType

from connectors.protocols.sql.options import SqlOptions
from connectors.protocols.sql.statements import Query, Statement, padded

RECYCLE_SECONDS = 300
"""Firewalls forget a connection on which nothing is said, and tell nobody."""


class Driver(ABC):
    """`engine` is the pool: it opens nothing until it is asked, and never too much."""

    locking = " FOR UPDATE"

    def __init__(self, options: SqlOptions) -> None:
        self.options = options
        self._clauses: dict[Statement, TextClause] = {}
        self.engine = self._engine()

    @abstractmethod
    def _engine(self) -> AsyncEngine:
        """The pool of this kind of database."""

    @abstractmethod
    async def begin(self, connection: AsyncConnection, seconds: float, *, writes: bool) -> None:
        """A transaction in which no statement runs longer, and nothing changes unless it `writes`."""

    async def stop(self, raw: Any) -> None:  # noqa: B027 - hanging up ends it at some servers
        """End what still runs on a connection that is given up; `raw` is the driver's own."""

    def clause(self, statement: Statement) -> TextClause:
        if statement not in self._clauses:
            self._clauses[statement] = self._compiled(statement)
        return self._clauses[statement]

    def bound(self, statement: Statement, values: Mapping[str, Any]) -> dict[str, Any]:
        filled = {name: padded(value, statement.padded.get(name)) for name, value in values.items()}
        # Nothing is equal to NULL; of an empty list PostgreSQL cannot tell what it is a list of.
        filled |= {name: filled[name] or [None] for name in statement.many}
        return {name: self.cell(value) for name, value in filled.items()}

    def cell(self, value: Any) -> Any:
        """A value as the driver takes it."""
        return value

    def _compiled(self, statement: Statement) -> TextClause:
        locking = self.locking if isinstance(statement, Query) and statement.locks else ""
        # No type, as PostgreSQL would be told VARCHAR, and finds CHAR by no index then.
        lists = [bindparam(name, expanding=True, type_=NullType()) for name in statement.many]
        return text(statement.text.replace("{prefix}", self.options.prefix) + locking).bindparams(
            *lists
        )

    def _pool(self, url: URL, **more: Any) -> AsyncEngine:
        return create_async_engine(
            url,
            pool_size=self.options.max_connections,
            max_overflow=0,
            pool_recycle=RECYCLE_SECONDS,
            hide_parameters=True,
            **more,
        )

    def _tls(self) -> ssl.SSLContext | None:
        ca = self.options.tls_ca
        return ssl.create_default_context(cafile=ca) if self.options.tls else None

    def _password(self) -> str:
        password = self.options.password
        return password.get_secret_value() if password else ""
