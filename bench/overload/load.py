"""Calls at a steady rate, whatever becomes of the earlier ones: as customers come, not as loops do."""

import asyncio
import time
from dataclasses import dataclass

from connectors.protocols.http import HttpBackend
from connectors.reach import Reach
from runtime.calls.http import Sender
from runtime.problems import Problem
from runtime.resilience.guard import Guard


@dataclass(frozen=True, slots=True)
class Target:
    backend: HttpBackend
    path: str
    rate: float
    """Calls a second."""


@dataclass(frozen=True, slots=True)
class Ended:
    began: float
    """Seconds since the load began."""
    took: float
    outcome: str
    """`ok`, or the kind of a problem."""


def backend(url: str, network: Sender, guard: Guard, timeout: float) -> HttpBackend:
    return HttpBackend(guard.name, url, Reach(network, guard=guard), timeout=timeout)


async def offered(target: Target, seconds: float) -> list[Ended]:
    start = time.perf_counter()  # the event loop's own clock may count whole milliseconds only
    calls = []
    for number in range(int(target.rate * seconds)):
        await asyncio.sleep(max(0.0, start + number / target.rate - time.perf_counter()))
        calls.append(asyncio.create_task(_one(target, start)))
    return list(await asyncio.gather(*calls))


async def _one(target: Target, start: float) -> Ended:
    began = time.perf_counter()
    try:
        await target.backend.send("work", "GET", target.path)
        outcome = "ok"
    except Problem as problem:
        outcome = problem.slug
    return Ended(began - start, time.perf_counter() - began, outcome)
