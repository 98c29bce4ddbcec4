"""Looking for a new file when one is due, apart from the call that happens to notice."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context

import structlog

from runtime.context import HOP_MARGIN, ambient
from runtime.problems import Misconfigured, Problem

log = structlog.get_logger()


class Nights:
    """`look` runs at most every `every` seconds, once at a time, and under no caller's deadline:
    a large file would never arrive within one."""

    def __init__(self, look: Callable[[], Awaitable[None]], every: float) -> None:
        self._look = look
        self._every = every
        self._due = 0.0
        self._task: asyncio.Task[None] | None = None
        self.trouble: Problem | None = None
        """Why the last look came to nothing."""

    async def look(self, patience: float) -> None:
        """Waits at most so many seconds for a look that is under way or due."""
        loop = asyncio.get_running_loop()
        if self._task is None and loop.time() >= self._due:
            # In a context of its own: neither the caller's deadline nor its ids are this one's.
            self._task = loop.create_task(self._looked(), context=Context())
        if self._task is not None:
            done, _ = await asyncio.wait([self._task], timeout=_within_deadline(patience))
            for task in done:
                task.result()  # a Problem was put away; a mistake of ours is not

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _looked(self) -> None:
        try:
            await self._look()
            self.trouble = None
        except Problem as problem:
            # Not the caller's: it is told when there is nothing fit to answer from.
            self.trouble = problem
            tell = log.error if isinstance(problem, Misconfigured) else log.warning
            tell("stock_not_looked_up", kind=problem.slug, detail=problem.document.get("detail"))
        finally:
            self._due = asyncio.get_running_loop().time() + self._every
            self._task = None


def _within_deadline(patience: float) -> float:
    context = ambient()
    return min(patience, context.remaining() - 2 * HOP_MARGIN) if context else patience
