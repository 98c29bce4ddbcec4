"""A vendor that behaves as told, on a clock of its own, and our guarded way to it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.http import Reply, Request, Silent
from runtime.problems import Problem
from runtime.resilience.guard import Guard
from runtime.resilience.policy import Policy
from tests.virtual_time import now


@dataclass
class Behaviour:
    """How one request is answered."""

    status: int = 200
    seconds: float = 0.0
    body: bytes = b"{}"
    raises: type[Exception] | None = None
    headers: dict[str, str] = field(default_factory=dict)


WELL = Behaviour()
FAILS = Behaviour(500)
HANGS = Behaviour(seconds=3600)


class Vendor:
    """A Sender. `behaves` is asked for each request, by its number from 0 on."""

    def __init__(self, behaves: Callable[[int], Behaviour] | Behaviour = WELL) -> None:
        self.behaves = behaves
        self.began: list[float] = []
        self.under_way = self.most_under_way = 0

    @property
    def calls(self) -> int:
        return len(self.began)

    async def __call__(self, _request: Request, /, *, timeout: float) -> Reply:
        behaves = self.behaves
        told = behaves if isinstance(behaves, Behaviour) else behaves(self.calls)
        self.began.append(now())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(min(told.seconds, timeout))
        finally:
            self.under_way -= 1
        if told.raises is not None:
            raise told.raises("as told")
        if told.seconds > timeout:
            raise Silent("as told")
        headers = [(name.encode(), value.encode()) for name, value in told.headers.items()]
        return Reply(told.status, headers, told.body)


def guarded(vendor: Vendor, timeout: float = 2.0, **policy: Any) -> tuple[HttpBackend, Guard]:
    settled = Policy(**{"minimum_seconds": 0, **policy})
    guard = Guard("erp", settled, clock=asyncio.get_running_loop().time)
    return HttpBackend("erp", "http://erp.test", Reach(vendor, guard=guard), timeout=timeout), guard


async def outcome(call: Awaitable[object]) -> str:
    """`ok`, or the kind of the problem."""
    try:
        await call
    except Problem as problem:
        return problem.slug
    return "ok"


async def read(backend: HttpBackend) -> str:
    return await outcome(backend.send("find", "GET", "/x"))


async def change(backend: HttpBackend) -> str:
    """By a POST, which is not tried again."""
    return await outcome(backend.send("change", "POST", "/x"))


async def changes(backend: HttpBackend, times: int, every: float = 0.01) -> Counter[str]:
    """One after the other, a little apart."""
    outcomes: Counter[str] = Counter()
    for _ in range(times):
        outcomes[await change(backend)] += 1
        await asyncio.sleep(every)
    return outcomes


async def at_once(times: int, call: Callable[[], Awaitable[str]]) -> Counter[str]:
    return Counter(await asyncio.gather(*(call() for _ in range(times))))
