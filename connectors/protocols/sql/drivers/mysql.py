"""MySQL and MariaDB by aiomysql, made stricter.

1. It goes on in plain text with a server that says it has no TLS, as anybody in between can say.
2. It lets one text hold many statements.
3. It hangs up on what is cancelled, and the server goes on with it: we kill it there.
4. A text too long for its column is cut unless the session is strict.
5. It reads a packet to its end, however large, and whatever is left of an answer nobody wants.
"""

import asyncio
import math
from contextlib import suppress
from typing import Any

from aiomysql.connection import Connection  # type: ignore[import-untyped] # it has no types
from pymysql.constants import CLIENT  # type: ignore[import-untyped] # nor has this
from pymysql.err import OperationalError  # type: ignore[import-untyped] # nor this
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from connectors.protocols.sql.answers import ANSWER_BYTES
from connectors.protocols.sql.drivers.driver import Driver
from connectors.protocols.sql.meanings import Meaning, Spoilt

NO_TLS = 2026
STRICT = "SET SESSION sql_mode = CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES')"
LIMITS = {
    True: text(
        "SET SESSION max_statement_time = :seconds, innodb_lock_wait_timeout = :whole,"
        " idle_transaction_timeout = :whole"
    ),
    False: text("SET SESSION max_execution_time = :ms, innodb_lock_wait_timeout = :whole"),
}
"""By whether it is MariaDB. MySQL limits only what reads; the rest is killed by us."""
START = {True: "START TRANSACTION READ WRITE", False: "START TRANSACTION READ ONLY"}
KILL_SECONDS = 2


class _Strict(Connection):  # type: ignore[misc] # aiomysql has no types
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client_flag &= ~CLIENT.MULTI_STATEMENTS
        self._answer = 0

    async def _request_authentication(self) -> None:
        if self._ssl_context and not self.server_capabilities & CLIENT.SSL:
            raise OperationalError(NO_TLS, "no TLS")
        await super()._request_authentication()

    def _write_bytes(self, data: bytes) -> Any:
        self._answer = 0
        return super()._write_bytes(data)

    async def _read_bytes(self, num_bytes: int) -> Any:
        self._answer += num_bytes
        if self._answer > ANSWER_BYTES:
            self.close()
            raise Spoilt(Meaning.TOO_LARGE)
        return await super()._read_bytes(num_bytes)


async def _connect(**settings: Any) -> Connection:
    connection = _Strict(**settings)
    await connection._connect()
    return connection


class MySql(Driver):
    def _engine(self) -> AsyncEngine:
        options = self.options
        self._settings = {
            "host": options.host,
            "port": options.port or 3306,
            "user": options.user,
            "password": self._password(),
            "db": options.database,
            "charset": "utf8mb4",
            "ssl": self._tls(),
            "connect_timeout": options.timeout_seconds,
            "init_command": STRICT,
        }
        return self._pool(
            URL.create("mysql+aiomysql"),
            isolation_level="READ COMMITTED",
            connect_args={**self._settings, "async_creator_fn": _connect},
        )

    async def begin(self, connection: AsyncConnection, seconds: float, *, writes: bool) -> None:
        limits = {
            "seconds": max(0.001, seconds),
            "whole": max(1, math.ceil(seconds)),
            "ms": max(1, int(seconds * 1000)),
        }
        clause = LIMITS[bool(getattr(connection.dialect, "is_mariadb", False))]
        await connection.execute(clause, limits)
        await connection.exec_driver_sql(START[writes])

    async def stop(self, raw: Any) -> None:
        """By a connection of its own: all of the pool's may be waiting like this one."""
        async with asyncio.timeout(KILL_SECONDS):
            connection = await _connect(**self._settings)
            try:
                async with connection.cursor() as cursor:
                    with suppress(OperationalError):  # it has ended by itself
                        await cursor.execute("KILL %s", (raw.thread_id(),))
            finally:
                connection.close()
