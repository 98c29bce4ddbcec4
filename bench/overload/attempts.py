"""What a backend that fails every call gets of our retries."""

import asyncio
from contextlib import aclosing

from bench.overload.load import backend
from bench.overload.server import running
from runtime.calls.network import NetworkSender
from runtime.problems import Unavailable
from runtime.resilience.guard import Guard
from runtime.resilience.policy import Policy

CALLS, AT_A_TIME = 500, 10

NEVER_OPENS = Policy(minimum_calls=100_000)
"""So that the budget alone is measured: an open breaker lets next to nothing through."""


async def measure() -> dict[str, float]:
    """Attempts per call at 100 % failure."""
    return {
        "attempts_per_call": await _attempts(NEVER_OPENS),
        "attempts_per_call_behind_a_breaker": await _attempts(Policy()),
    }


async def _attempts(policy: Policy) -> float:
    guard = Guard("failing", policy)
    async with aclosing(NetworkSender()) as network:
        with running() as url:
            failing = backend(url, network, guard, 5)

            async def some() -> None:
                for _ in range(CALLS // AT_A_TIME):
                    try:
                        await failing.send("work", "GET", "/fail")
                    except Unavailable:
                        continue
                    raise AssertionError("it always fails")

            await asyncio.gather(*(some() for _ in range(AT_A_TIME)))
    return guard.tally.outcomes["failed"] / CALLS
