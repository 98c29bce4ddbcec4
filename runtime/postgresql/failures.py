"""What asyncpg raises, by who has to act."""

import asyncpg  # type: ignore[import-untyped] # it has no types

from runtime.postgresql.schema import DatabaseTooNew

OUT_OF_ORDER = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # when the server ends a session that was idle
    OSError,
    TimeoutError,
)
"""Of the database, not of what was asked of it."""

UNUSABLE = (asyncpg.PostgresError, OSError, DatabaseTooNew)
UNREADABLE = (asyncpg.InterfaceError, ValueError)
"""Said of a URL."""


def said(error: Exception) -> str:
    """A wrong URL is not quoted: it may hold a password."""
    name = type(error).__name__
    return name if isinstance(error, UNREADABLE) else f"{name}: {error}"
