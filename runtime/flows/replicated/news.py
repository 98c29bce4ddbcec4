"""Wakes who waits here: runs, when there is news of them, and callers, when a run of theirs has ended."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

from runtime.flows.replicated.tables import Tables
from runtime.problems import Unavailable

LOOK = 0.5
"""Seconds between looks at what other replicas were told."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Waiting:
    event: asyncio.Event
    seen: int


class News:
    def __init__(self, tables: Tables, closing: asyncio.Event) -> None:
        self._tables = tables
        self._closing = closing
        self._runs: dict[int, _Waiting] = {}

    @contextmanager
    def of(self, run: int, seen: int) -> Iterator[asyncio.Event]:
        """An event that is set when the run has been told or ordered more than `seen` times."""
        waiting = self._runs[run] = _Waiting(asyncio.Event(), seen)
        try:
            yield waiting.event
        finally:
            if self._runs.get(run) is waiting:
                del self._runs[run]

    def wake(self, run: int) -> None:
        if waiting := self._runs.get(run):
            waiting.event.set()

    def wake_all(self) -> None:
        for run in self._runs:
            self.wake(run)

    async def watch(self) -> None:
        """Until the engine closes: ask for news, once for all runs."""
        while not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), LOOK)
            try:
                await self._look()
            except Unavailable as error:
                log.error("flows_news_unavailable", detail=str(error))

    async def _look(self) -> None:
        if not self._runs:
            return
        for run, count in (await self._tables.news(list(self._runs))).items():
            if (waiting := self._runs.get(run)) and count != waiting.seen:
                waiting.seen = count
                waiting.event.set()


class Ends:
    """Callers that wait for the end of a run."""

    def __init__(self) -> None:
        self._callers: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def of(self, run_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when the run ends here."""
        ended = asyncio.Event()
        self._callers[run_id].add(ended)
        try:
            yield ended
        finally:
            self._callers[run_id].discard(ended)
            if not self._callers[run_id]:
                del self._callers[run_id]

    def tell(self, run_id: str) -> None:
        for ended in self._callers.get(run_id, ()):
            ended.set()
