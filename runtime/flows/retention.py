"""Runs that ended long ago are forgotten, a few at a time."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from runtime.problems import Unavailable

AT_ONCE = 200
"""Runs deleted by one write: it holds up those of the flows for some milliseconds."""

log = structlog.get_logger()


class Forgettable(Protocol):
    def now(self) -> datetime: ...

    async def forget(self, before: datetime, most: int) -> int:
        """Delete so many runs at most that ended before then, with all of their family; how many."""
        ...


async def forget_the_old(
    journal: Forgettable, retention: float, every: float, closing: asyncio.Event
) -> None:
    """Until the engine closes: what ended more than `retention` seconds ago, looked for each `every`."""
    while not closing.is_set():
        try:
            await _forget(journal, retention, closing)
        except Unavailable as error:
            log.error("flows_not_forgotten", detail=str(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), every)


async def _forget(journal: Forgettable, retention: float, closing: asyncio.Event) -> None:
    before, gone, last = journal.now() - timedelta(seconds=retention), 0, AT_ONCE
    while last == AT_ONCE and not closing.is_set():
        last = await journal.forget(before, AT_ONCE)
        gone += last
    if gone:
        log.info("flows_forgotten", runs=gone, before=before.isoformat())
