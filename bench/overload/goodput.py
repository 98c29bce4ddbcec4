"""Half as many calls again as a backend can serve: what its callers get, with and without a limiter."""

from contextlib import aclosing

from bench.overload.load import Target, backend, offered
from bench.overload.server import CAPACITY, running
from runtime.calls.network import NetworkSender
from runtime.resilience.guard import Guard
from runtime.resilience.policy import LENIENT, Policy

OVERLOAD = 1.5
PATIENCE = 0.5
"""Seconds after which a caller has gone."""

POLICY = Policy(slow_ms=200, max_concurrency=1000)
"""The most is out of reach here, so that what is found out is what is measured."""

WARM_UP = 1.5
"""Seconds after which a backend without protection has as much waiting as its callers have patience."""


async def measure(seconds: float) -> dict[str, float]:
    """Answers in time per second, as a share of the capacity."""
    return {
        "goodput_with_limiter": await goodput(POLICY, seconds),
        "goodput_without_limiter": await goodput(LENIENT, seconds),
    }


async def goodput(policy: Policy, seconds: float) -> float:
    async with aclosing(NetworkSender(connections=5000)) as network:
        with running() as url:
            called = backend(url, network, Guard("slowing", policy), PATIENCE)
            calls = await offered(Target(called, "/work", CAPACITY * OVERLOAD), WARM_UP + seconds)
    # An answer belongs to the second it comes in.
    answers = [c for c in calls if c.outcome == "ok" and c.began + c.took > WARM_UP]
    inside = [c for c in answers if c.began + c.took <= WARM_UP + seconds]
    return len(inside) / seconds / CAPACITY
