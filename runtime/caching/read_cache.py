"""The answers that are kept, and one flight for all who ask for the same one at once.

In this process only. A write through the same API drops what lies at, above and below its path;
a write elsewhere is seen when the answer's age is up.
"""

import asyncio
import hashlib
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from runtime.caching.freshness import Freshness
from runtime.context import ambient
from runtime.problems import Rejected, Unavailable

MAX_BYTES = 32 << 20


class Key(NamedTuple):
    """What makes two reads the same one. Nothing is shared between tenants or sets of scopes."""

    path: str
    query: str
    tenant: str
    scopes: frozenset[str]
    subject: str | None
    """None where the contract says that the answer is the same for everybody."""


@dataclass(frozen=True, slots=True)
class Kept:
    status: int
    body: bytes
    made: float
    """On the cache's clock, in seconds."""
    etag: bytes = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.blake2b(self.body, digest_size=12).hexdigest()
        object.__setattr__(self, "etag", f'"{digest}"'.encode())


How = Literal["miss", "hit", "stale-while-revalidate", "stale-if-error"]
HOW: tuple[How, ...] = get_args(How)


class Found(NamedTuple):
    kept: Kept
    age: float
    how: How
    instead_of: Unavailable | None = None
    """With `stale-if-error`: why there is none made anew."""


Produce = Callable[[], Awaitable[tuple[int, bytes]]]


class ReadCache:
    """`now`: a clock in seconds that never goes back."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, max_bytes: int = MAX_BYTES
    ) -> None:
        self.counts: Counter[str] = Counter()
        """Of answers, by how they were found."""
        self._now = now
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.bytes = 0
        self._flights: dict[Key, asyncio.Task[Kept]] = {}

    async def find(
        self, key: Key, freshness: Freshness, produce: Produce, *, anew: bool = False
    ) -> Found:
        """The answer kept under `key`, else the one that `produce` makes. Raises what that raises.

        `anew`: the caller wants no answer from before it asked.
        """
        found = await self._find(key, freshness, produce, anew)
        self.counts[found.how] += 1
        return found

    def changed(self, path: str) -> None:
        """Forget what a write to `path` may have changed, and what is being made of it."""
        for key in [key for key in self._kept if _related(key.path, path)]:
            self._drop(key)
        for key in [key for key in self._flights if _related(key.path, path)]:
            del self._flights[key]  # who waits for it asked before the write; nobody joins it now

    async def _find(self, key: Key, freshness: Freshness, produce: Produce, anew: bool) -> Found:
        kept = None if anew else self._kept.get(key)
        if kept is None:
            return Found(await self._fly(key, produce, anew), 0, "miss")
        self._kept.move_to_end(key)
        age = self._now() - kept.made
        if age <= freshness.max_age:
            return Found(kept, age, "hit")
        stale = age - freshness.max_age
        if stale <= freshness.while_revalidate:
            self._flight(key, produce)
            return Found(kept, age, "stale-while-revalidate")
        try:
            return Found(await self._fly(key, produce), 0, "miss")
        except Unavailable as problem:
            if stale > freshness.if_error:
                raise
            return Found(kept, age, "stale-if-error", problem)

    async def _fly(self, key: Key, produce: Produce, anew: bool = False) -> Kept:
        """Shielded: a caller that hangs up does not take the others' answer with it."""
        if anew:
            self._flights.pop(key, None)
        joined = key in self._flights
        try:
            return await asyncio.shield(self._flight(key, produce))
        except Unavailable as problem:
            context = ambient()
            if problem.slug != "no-answer" or not joined or not context or context.remaining() <= 0:
                raise
        # It ran into the deadline of whoever asked first; ours is later.
        return await asyncio.shield(self._flight(key, produce))

    def _flight(self, key: Key, produce: Produce) -> asyncio.Task[Kept]:
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._made(produce))
            flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    async def _made(self, produce: Produce) -> Kept:
        asked = self._now()  # the answer is as old as the question: the backend read it after that
        status, body = await produce()
        return Kept(status, body, asked)

    def _landed(self, key: Key, flight: asyncio.Task[Kept]) -> None:
        problem = None if flight.cancelled() else flight.exception()
        if self._flights.get(key) is not flight:
            return  # something was written meanwhile: what it read may be from before
        del self._flights[key]
        if isinstance(problem, Rejected):
            self._drop(key)  # that is an answer too: what was kept does not hold any more
        elif problem is None and not flight.cancelled():
            self._keep(key, flight.result())

    def _keep(self, key: Key, kept: Kept) -> None:
        self._drop(key)
        self._kept[key] = kept
        self.bytes += _size(key, kept)
        while self.bytes > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.bytes -= _size(key, kept)


def _size(key: Key, kept: Kept) -> int:
    return len(kept.body) + len(key.path) + len(key.query) + 500  # what Python adds, roughly


def _related(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or longer.startswith(shorter + "/")
