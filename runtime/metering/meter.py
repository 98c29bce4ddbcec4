"""Counts the calls of an API by client and operation: a call is on the disk before it is served.

What comes while a count is being written is written together with the next one, so that under load
there are many calls to a write. While the store is out of order, calls are served all the same and
counted with the next one that can be: in memory until then, and twice where the store did not say
in time that it had them.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import orjson
import structlog

from runtime.clock import Clock
from runtime.context import Identity
from runtime.documents.store import Documents
from runtime.metering.book import Book, Owed, Taken, take
from runtime.metering.periods import Period, Periods, current
from runtime.metering.standing import Limits, Quota, Standing
from runtime.problems import Unavailable
from runtime.settings import Quotas

PATIENCE = 5
"""Seconds a count may take to be written before its calls are served without."""
MAX_SPENT = 4096

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one period; the quota is there while it runs, if there is one."""

    period: Period
    calls: Mapping[str, int]
    """By operation."""
    quota: Quota | None = None


class _Call(NamedTuple):
    operation: str
    outcome: asyncio.Future[Standing]


class Meter:
    """`documents` are there as soon as the platform is open."""

    documents: Documents

    def __init__(self, api: str, quotas: Quotas, clock: Clock) -> None:
        self.api = api
        self._quotas = quotas
        self._clock = clock
        self._waiting: dict[str, list[_Call]] = defaultdict(list)
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._owed: dict[str, Owed] = {}
        self._spent: dict[str, Standing] = {}

    async def count(self, identity: Identity, operation: str) -> Standing:
        """How the caller stands once this call is counted, or refused and not counted."""
        client = _client(identity)
        if (spent := self._spent.get(client)) is not None:
            # What is used up stays so until its period ends: nobody needs to look again.
            if spent.holds(now := self._clock()):
                return replace(spent, now=now)
            del self._spent[client]
        call = _Call(operation, asyncio.get_running_loop().create_future())
        self._waiting[client].append(call)
        if client not in self._writing:
            self._writing[client] = asyncio.create_task(self._write(client))
        return await call.outcome

    async def usage(self, identity: Identity) -> list[Usage]:
        """The caller's own: of each kind the period that runs, then the last one."""
        client = _client(identity)
        book = Book(await self.documents.get(self._key(client)))
        quotas = book.quotas(running := current(self._clock()), self._quotas.of(client))
        return [
            Usage(period, book.calls(period), quotas.get(period))
            for now in running
            for period in (now, now.before())
        ]

    async def _write(self, client: str) -> None:
        try:
            while calls := self._waiting.pop(client, []):
                for call, standing in zip(calls, await self._counted(client, calls), strict=True):
                    if not call.outcome.done():  # its caller may have gone
                        call.outcome.set_result(standing)
        except Exception as error:
            for call in calls:
                if not call.outcome.done():
                    call.outcome.set_exception(error)
            raise
        finally:
            del self._writing[client]

    async def _counted(self, client: str, calls: Sequence[_Call]) -> list[Standing]:
        now = self._clock()
        periods, limits = current(now), self._quotas.of(client)
        operations = [call.operation for call in calls]
        try:
            taken = await self._taken(client, periods, limits, operations)
        except (Unavailable, TimeoutError) as error:
            log.error("calls_not_counted_yet", api=self.api, calls=len(calls), cause=repr(error))
            self._owed.setdefault(client, {}).setdefault(periods, Counter()).update(operations)
            return [Standing((), now)] * len(calls)
        standings = [taken.standing(number, now) for number in range(len(calls))]
        if not standings[-1].granted:
            self._remember(client, standings[-1])
        return standings

    async def _taken(
        self, client: str, periods: Periods, limits: Limits, operations: Sequence[str]
    ) -> Taken:
        owed = self._owed.get(client, {})
        change = partial(take, periods=periods, limits=limits, owed=owed, operations=operations)
        async with asyncio.timeout(PATIENCE):
            taken = await self.documents.change(self._key(client), change)
        self._owed.pop(client, None)
        return taken

    def _remember(self, client: str, spent: Standing) -> None:
        if len(self._spent) >= MAX_SPENT:
            self._spent.clear()
        self._spent[client] = spent

    def _key(self, client: str) -> str:
        return orjson.dumps([self.api, client]).decode()


def _client(identity: Identity) -> str:
    return identity.client or identity.subject
