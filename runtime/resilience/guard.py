"""What stands before every attempt at a backend: breaker, limiter and retry budget in one."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from runtime.problems import Problem
from runtime.resilience.breaker import Breaker, State
from runtime.resilience.budget import RetryBudget
from runtime.resilience.limiter import Limiter
from runtime.resilience.policy import LENIENT, Policy
from runtime.resilience.tally import Tally
from runtime.resilience.verdict import CUT_SHORT, SILENT, Verdict

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Force:
    """What an operator ordered, and why."""

    state: State
    reason: str
    by: str
    at: float
    """Seconds since the epoch."""


@dataclass(slots=True)
class Admission:
    """An attempt that may be made. Its end has to be told, whatever it was."""

    guard: "Guard"
    epoch: int
    began: float
    slow_after: float

    def ends(self, verdict: Verdict, kind: str) -> None:
        """`kind` is the problem's, if it was one."""
        self.guard.ended(self, verdict, kind)


class Guard:
    """`family` holds the guards of one process by name, this one too.

    `clock` counts seconds from anywhere and never goes back.
    """

    def __init__(
        self,
        name: str,
        policy: Policy,
        *,
        vendor: str = "",
        family: "dict[str, Guard] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.vendor = vendor
        self.policy = policy
        self.clock = clock
        self.breaker = Breaker(name, policy, clock(), self._changed)
        self.limiter = Limiter(
            name,
            least=policy.min_concurrency,
            most=policy.max_concurrency,
            queue=policy.queue_ms / 1000,
        )
        self.budget = RetryBudget(policy.retry_ratio, policy.retry_reserve)
        self.tally = Tally()
        self.force: Force | None = None
        self._family = {} if family is None else family
        self._family[name] = self

    @classmethod
    def lenient(cls) -> "Guard":
        """For a connector that stands alone."""
        return cls("backend", LENIENT)

    def at(self, endpoint: str) -> "Guard":
        """The guard of one of a vendor's several endpoints, which fail apart from each other."""
        name = f"{self.name}/{endpoint}"
        return self._family.get(name) or Guard(
            name, self.policy, vendor=self.vendor, family=self._family, clock=self.clock
        )

    def slow_after(self, timeout: float) -> float:
        """The seconds from which on an answer is slow. Silence until a time-out always is."""
        slow = self.policy.slow_ms
        return min(slow / 1000 if slow else timeout / 2, timeout * 0.9)

    def admit_at_once(self, slow_after: float) -> Admission | None:
        """Where nothing stands in the way; else `admit` says what does."""
        if self.breaker.state is not State.CLOSED or not self.limiter.take():
            return None
        return self._entered(slow_after)

    async def admit(self, remaining: float, slow_after: float) -> Admission:
        """Waits for a turn if need be. Raises Unavailable, one of the REFUSALS."""
        try:
            if self.breaker.state is not State.CLOSED:
                self.breaker.check(self.clock())
            if not self.limiter.take():
                await self.limiter.wait(remaining)
            return self._entered(slow_after)
        except Problem as refusal:
            self.tally.outcomes[refusal.slug] += 1
            self.tally.troubled(refusal.slug)
            raise

    def ended(self, admission: Admission, verdict: Verdict, kind: str) -> None:
        now = self.clock()
        seconds = now - admission.began
        slow = seconds >= admission.slow_after
        if verdict is SILENT and not slow:
            verdict = CUT_SHORT
        self.tally.attempted(verdict.word, seconds)
        if verdict.failed or verdict.congested:
            self.tally.troubled(kind)
        congested = verdict.congested or (slow and verdict is not CUT_SHORT)
        self.limiter.release(
            admission.began, now, answered=verdict.failed is False, congested=congested
        )
        self.breaker.leave(admission.epoch, now, failed=verdict.failed, slow=slow)

    @property
    def can_retry(self) -> bool:
        return (
            self.policy.retries > 0
            and self.budget.left >= 1
            and self.breaker.state is not State.OPEN
        )

    def may_retry(self) -> bool:
        """Takes from the budget, unless there is no point."""
        if not self.can_retry or not self.budget.spend():
            return False
        self.tally.retries += 1
        return True

    def may_hedge(self) -> bool:
        """The same for a second sending: only where nobody would have to wait for it."""
        spare = self.breaker.state is State.CLOSED and self.limiter.spare
        if not spare or not self.budget.spend():
            return False
        self.tally.hedges += 1
        return True

    def spoilt(self) -> None:
        """An answer that was counted as one turns out to be garbage."""
        self.breaker.spoilt(self.clock())

    def order(self, force: Force | None) -> None:
        """By an operator: open or closed until told otherwise, or None for automatic."""
        self.force = force
        self.breaker.force(force.state if force else None, self.clock())

    def _entered(self, slow_after: float) -> Admission:
        now = self.clock()
        try:
            return Admission(self, self.breaker.enter(now), now, slow_after)
        except Problem:
            self.limiter.release(now, now, answered=False, congested=False)
            raise

    def _changed(self, before: State, failing: float, slow: float) -> None:
        state = self.breaker.state
        if state is State.CLOSED:
            self.limiter.ramp()
        rates = {"failing": round(failing, 3), "slow": round(slow, 3)}
        log.warning("breaker", backend=self.name, before=before, state=state, **rates)


def guarded(family: dict[str, Guard], name: str, vendor: str, policy: Policy) -> Guard:
    """The guard of a backend in this process, whichever of its APIs asks."""
    return family.get(name) or Guard(name, policy, vendor=vendor, family=family)
