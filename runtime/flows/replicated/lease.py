"""That a replica is alive: a session's advisory lock, which PostgreSQL takes from one that is silent."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped] # it has no types

T = TypeVar("T")

SILENCE = 5.0
"""Seconds after which PostgreSQL ends the session of a replica that says nothing: it is dead, frozen,
or cut off. Whatever it is, others take its runs from here on."""
PATIENCE = 2.0
"""Seconds a replica waits for an answer, before it takes itself for cut off: less than SILENCE."""


class LeaseLost(Exception):
    """The session is gone, and with it the right to go on with any run."""


class Lease:
    """What is asked of PostgreSQL here is answered only while the lock is held."""

    def __init__(self, url: str, executor: str) -> None:
        self.executor = executor
        self.lost = asyncio.Event()
        self._url = url
        self._session: asyncpg.Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def held(self) -> bool:
        return self._session is not None and not self.lost.is_set()

    async def take(self) -> bool:
        """Whether it could be had: not as long as another replica deals with what this one left.

        Raises what asyncpg does when PostgreSQL cannot be reached.
        """
        name = f"strata lease {self.executor}"[:63]  # what PostgreSQL keeps of it
        session = await asyncpg.connect(
            self._url, timeout=PATIENCE, server_settings={"application_name": name}
        )
        await session.execute(f"set idle_session_timeout = {int(SILENCE * 1000)}")
        if not await session.fetchval("select pg_try_advisory_lock($1)", _key(self.executor)):
            await session.close()
            return False
        self._session = session
        self.lost.clear()
        session.add_termination_listener(lambda _session: self._lose(session))
        return True

    async def ask(self, question: str, *values: Any) -> Any:
        """The one value it is answered with. Raises LeaseLost."""
        return await self._alone(lambda session: session.fetchval(question, *values))

    async def take_over(self, executor: str) -> bool:
        """Whether that replica is dead, and nobody else deals with what it left. Raises LeaseLost."""
        taken: bool = await self.ask("select pg_try_advisory_lock($1)", _key(executor))
        return taken

    async def let_go(self, executor: str) -> None:
        """Raises LeaseLost."""
        await self.ask("select pg_advisory_unlock($1)", _key(executor))

    async def aclose(self) -> None:
        """Others may take over at once."""
        if self._session is not None:
            with suppress(LeaseLost):
                await self.let_go(self.executor)
            session, self._session = self._session, None
            session.terminate()

    async def _alone(self, ask: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        # Shielded: whoever is cancelled while asking must not leave the session in the middle of it.
        return await asyncio.shield(asyncio.ensure_future(self._asked(ask)))

    async def _asked(self, ask: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        async with self._one_at_a_time:
            if (session := self._session) is None or self.lost.is_set():
                raise LeaseLost
            try:
                async with asyncio.timeout(PATIENCE):
                    return await ask(session)
            except Exception as error:  # whatever it is, the session is not to be relied on
                self._lose(session)
                session.terminate()
                raise LeaseLost from error

    def _lose(self, session: asyncpg.Connection) -> None:
        if self._session is session:
            self.lost.set()


def _key(executor: str) -> int:
    digest = sha256(f"strata executor {executor}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
