"""What a call is told that never reached its backend."""

import math

from runtime.problems import Problem, Unavailable

OVERLOADED = "overloaded"
CIRCUIT_OPEN = "circuit-open"
REFUSALS = frozenset({OVERLOADED, CIRCUIT_OPEN})
"""Problem kinds. Nothing was sent, so nothing has happened."""


def overloaded(who: str, wait: float) -> Unavailable:
    """503: more calls are waiting for `who` than it can serve in time."""
    return Unavailable(
        f"{who} has more to do than it can",
        kind=OVERLOADED,
        title="A system is overloaded",
        retry_after=_seconds(wait),
    )


def circuit_open(who: str, wait: float) -> Unavailable:
    """503: `who` has been failing, and is left alone until its next probe."""
    return Unavailable(
        f"{who} has been failing and is left alone for now",
        kind=CIRCUIT_OPEN,
        title="A system is known to fail",
        retry_after=_seconds(wait),
    )


def refused(problem: Problem) -> bool:
    return problem.slug in REFUSALS


def _seconds(wait: float) -> int:
    return max(1, math.ceil(wait))
