"""Counts the calls of an API by client and operation.

A call is counted before it is served, together with those that come while the count before is being
written. Where there is no doubt about it (the same process has just counted this client, who is far
from its quota), a call is served at once and counted within LINGER, with UNWRITTEN others at most:
so many calls of a busy client are lost when the process is killed, and by so many a process can let
it go over its quota while others serve it as well.

While the store is out of order, calls are served all the same and counted once it is back: they are
in memory until then, and twice where the store did not say in time that it had them.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import orjson
import structlog

from runtime.clock import Clock
from runtime.context import Identity
from runtime.documents.store import Documents
from runtime.metering.book import Book, Owed, Taken, take
from runtime.metering.periods import Period, Periods, current
from runtime.metering.standing import Quota, Standing
from runtime.problems import Unavailable
from runtime.settings import Quotas

LINGER = 0.1
"""Seconds until what was served already is written down."""
UNWRITTEN = 100
"""Calls of a client."""
FRESH = 1.0
"""Seconds that one process may go by what it knows: others count too."""
PATIENCE = 5
"""Seconds a count may take to be written before its calls are served without."""
MAX_KNOWN = 4096

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


class _Known(NamedTuple):
    """How a client stands by what this process wrote down last."""

    standing: Standing
    periods: Periods
    until: float
    """On the event loop's clock."""
    unwritten: int = UNWRITTEN
    """How many calls more may be served without another write."""


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
        self._known: dict[str, _Known] = {}
        self._flushing: asyncio.TimerHandle | None = None

    async def count(self, identity: Identity, operation: str) -> Standing:
        """How the caller stands once this call is counted, or refused and not counted."""
        client = _client(identity)
        if (known := self._known.get(client)) and (standing := self._at_once(client, known)):
            if standing.granted:
                self._owe(client, known.periods, (operation,))
            return standing
        call = _Call(operation, asyncio.get_running_loop().create_future())
        self._waiting[client].append(call)
        self._write(client)
        return await call.outcome

    async def usage(self, identity: Identity) -> list[Usage]:
        """The caller's own: of each kind the period that runs, then the last one."""
        client = _client(identity)
        await self._settle(client)
        book = Book(await self.documents.get(self._key(client)))
        quotas = book.quotas(running := current(self._clock()), self._quotas.of(client))
        return [
            Usage(period, book.calls(period), quotas.get(period))
            for now in running
            for period in (now, now.before())
        ]

    async def aclose(self) -> None:
        """Write what is owed."""
        if self._flushing is not None:
            self._flushing.cancel()
        await asyncio.gather(*map(self._settle, [*self._owed]))

    def _at_once(self, client: str, known: _Known) -> Standing | None:
        """Where nobody needs to look: none is left, which stays so, or far more than may be in doubt."""
        now = self._clock()
        standing = known.standing.at(now)
        if not standing.granted:
            return standing
        over = asyncio.get_running_loop().time() > known.until or now >= known.periods[0].ends
        if over or known.unwritten <= 0 or not standing.ample:
            return None
        standing = standing.after(1)
        self._known[client] = known._replace(standing=standing, unwritten=known.unwritten - 1)
        return standing

    def _owe(self, client: str, periods: Periods, operations: Iterable[str]) -> None:
        counter = self._owed.setdefault(client, {}).setdefault(periods, Counter())
        for operation in operations:
            counter[operation] += 1
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_later(LINGER, self._flush)

    def _flush(self) -> None:
        self._flushing = None
        for client in self._owed:
            self._write(client)

    async def _settle(self, client: str) -> None:
        """Once what is owed by now is written, or could not be."""
        for _ in range(2):  # what is being written may be without the last of it
            if client in self._owed or client in self._writing:
                await self._write(client)

    def _write(self, client: str) -> asyncio.Task[None]:
        if client not in self._writing:
            self._writing[client] = asyncio.create_task(self._write_all(client))
        return self._writing[client]

    async def _write_all(self, client: str) -> None:
        try:
            await self._write_next(client)
            while client in self._waiting:
                await self._write_next(client)
        finally:
            del self._writing[client]

    async def _write_next(self, client: str) -> None:
        calls = self._waiting.pop(client, [])
        try:
            standings = await self._counted(client, [call.operation for call in calls])
        except Exception as error:
            for call in calls:
                call.outcome.set_exception(error)
            raise
        for call, standing in zip(calls, standings, strict=True):
            if not call.outcome.done():  # its caller may have gone
                call.outcome.set_result(standing)

    async def _counted(self, client: str, operations: Sequence[str]) -> list[Standing]:
        now = self._clock()
        periods = current(now)
        try:
            taken = await self._taken(client, periods, operations)
        except (Unavailable, TimeoutError) as error:
            log.error("calls_not_counted_yet", api=self.api, cause=repr(error))
            self._known.pop(client, None)
            self._owe(client, periods, operations)
            return [Standing((), now)] * len(operations)
        self._know(client, taken.standing(now), periods)
        return [taken.standing(now, number) for number in range(len(operations))]

    async def _taken(self, client: str, periods: Periods, operations: Sequence[str]) -> Taken:
        owed = self._owed.pop(client, {})
        limits = self._quotas.of(client)
        change = partial(take, periods=periods, limits=limits, owed=owed, operations=operations)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.documents.change(self._key(client), change)
        except BaseException:
            for of, calls in owed.items():
                self._owe(client, of, calls.elements())
            raise

    def _know(self, client: str, standing: Standing, periods: Periods) -> None:
        """Calls that were let in while it was written are not in it."""
        since = self._owed.get(client, {}).get(periods, Counter()).total()
        until = asyncio.get_running_loop().time() + FRESH
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[client] = _Known(standing.after(since), periods, until, UNWRITTEN - since)

    def _key(self, client: str) -> str:
        return orjson.dumps([self.api, client]).decode()


def _client(identity: Identity) -> str:
    return identity.client or identity.subject
