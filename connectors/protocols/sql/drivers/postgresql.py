"""PostgreSQL by asyncpg, which cancels at the server what is cancelled here."""

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from connectors.protocols.sql.drivers.driver import Driver
from connectors.protocols.sql.drivers.postgresql_wire import connect

LIMITS = text(
    "SELECT set_config('statement_timeout', :ms, true),"
    " set_config('idle_in_transaction_session_timeout', :ms, true)"
)
"""The second is for when we are cut off in the middle: nobody waits for our locks any longer."""


class PostgreSql(Driver):
    def _engine(self) -> AsyncEngine:
        options = self.options
        return self._pool(
            URL.create(
                "postgresql+asyncpg",
                username=options.user,
                host=options.host,
                port=options.port or 5432,
                database=options.database,
            ),
            isolation_level="READ COMMITTED",
            connect_args={
                "async_creator_fn": connect,
                # Given here, as asyncpg looks around for a password in place of an empty one.
                "password": self._password(),
                "ssl": self._tls() or False,
                "timeout": options.timeout_seconds,
                "server_settings": {"application_name": "strata"},
            },
        )

    async def begin(self, connection: AsyncConnection, seconds: float, *, writes: bool) -> None:
        await connection.execution_options(postgresql_readonly=not writes)
        await connection.execute(LIMITS, {"ms": str(max(1, int(seconds * 1000)))})
