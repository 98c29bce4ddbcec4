"""A guard's state as data, for people and their scripts."""

from datetime import UTC, datetime
from typing import Any

from runtime.resilience.guard import Guard


def described(guard: Guard) -> dict[str, Any]:
    """One backend: rates are shares from 0 to 1 of the calls in the window, durations seconds."""
    now = guard.clock()
    failing, slow = guard.breaker.rates(now)
    tally, order = guard.tally, guard.force
    next_probe = guard.breaker.probes_in(now)
    return {
        "backend": guard.name,
        "vendor": guard.vendor,
        "state": guard.breaker.state,
        "forced": order and {"reason": order.reason, "by": order.by, "at": _moment(order.at)},
        "nextProbeSeconds": None if next_probe is None else round(next_probe, 1),
        "inFlight": guard.limiter.in_flight,
        "limit": int(guard.limiter.limit),
        "maxConcurrency": guard.limiter.most,
        "waiting": guard.limiter.waiting,
        "failureRate": round(failing, 3),
        "slowRate": round(slow, 3),
        "retryBudget": int(guard.budget.left),
        "outcomes": dict(tally.outcomes),
        "retries": tally.retries,
        "hedges": tally.hedges,
        "lastProblem": tally.last_problem
        and {"kind": tally.last_problem, "at": _moment(tally.last_problem_at)},
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
