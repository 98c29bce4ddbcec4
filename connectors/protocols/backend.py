"""A backend by name, whatever it speaks: total deadline, attempts, and a line in the log for each.

A protocol says how to do one attempt and what went wrong with it, as a Problem; what is done about
that is decided here, the same for all. Before each attempt stands the backend's guard, which may
refuse it (runtime/resilience).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)
from tenacity.stop import stop_base

from connectors.protocols.passing import asked_wait, may_pass, verdict_on
from connectors.reach import Reach
from runtime.context import HOP_MARGIN, Context, ambient
from runtime.observability import tells
from runtime.problems import Problem, silent
from runtime.resilience.guard import Guard
from runtime.resilience.hedging import hedged
from runtime.resilience.refusals import REFUSALS, refused
from runtime.resilience.verdict import ANSWERED, SILENT

log = structlog.get_logger()

T = TypeVar("T")

JITTER = wait_exponential_jitter(multiplier=0.05, jitter=0.05, max=1)


@dataclass(slots=True)
class Attempt:
    """One try of a call: what it may take, and what it has to say for the log."""

    number: int
    remaining: float
    """Seconds, for the whole of this attempt."""
    span: Context | None
    """Whose ids the backend may be told."""
    notes: dict[str, int | str] = field(default_factory=dict)
    """For the log line; `outcome` unless it says itself how it ended."""


Work = Callable[[Attempt], Awaitable[T]]


@dataclass(slots=True)
class _Call(Generic[T]):
    operation: str
    work: Work[T]
    repeatable: bool
    read: bool
    deadline: float
    """On the event loop's clock."""


class _budget_is_spent(stop_base):  # noqa: N801 - stands among tenacity's own
    """To be asked last, once nothing else stops a retry: asking takes from the budget."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __call__(self, _state: RetryCallState) -> bool:
        return not self._guard.may_retry()


class Backend:
    """`timeout` covers all attempts of a call, in seconds; a caller's shorter deadline wins."""

    def __init__(self, name: str, reach: Reach, *, timeout: float = 5.0) -> None:
        self.name = name
        self._guard = reach.guard
        self._timeout = timeout
        self._slow_after = reach.guard.slow_after(timeout)
        self._log = log.bind(backend=name)

    async def call(
        self, operation: str, work: Work[T], *, repeatable: bool, read: bool = False
    ) -> T:
        """What `work` returns, from the first attempt that succeeds.

        `repeatable` says that a second attempt has no second effect; `read`, that it has none at all,
        so that two may be under way at a time. Raises the last Problem.
        """
        call = _Call(operation, work, repeatable, read, self._deadline())
        self._guard.budget.earn()
        try:
            return await self._attempt(call, 1)
        except Problem as problem:
            if not may_pass(problem, repeatable=repeatable) or not self._guard.can_retry:
                raise
            return await self._again(call, problem)

    def spoilt(self) -> None:
        """What a call returned turns out to be garbage: no success, for the guard."""
        self._guard.spoilt()

    async def _again(self, call: _Call[T], known: Problem) -> T:
        """Tenacity only for what is tried again: it costs 25 µs, and cycles for the collector."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(lambda error: may_pass(error, repeatable=call.repeatable)),
            wait=_wait,
            stop=stop_after_attempt(1 + self._guard.policy.retries)
            | stop_before_delay(_until(call.deadline))
            | _budget_is_spent(self._guard),
            reraise=True,
        ):
            with attempt:
                number = attempt.retry_state.attempt_number
                if number == 1:
                    raise known
                try:
                    return await self._attempt(call, number)
                except Problem as problem:
                    if refused(problem):
                        break  # it says nothing of the attempts before it, which may have been acted on
                    known = problem
                    raise
        raise known

    def _attempt(self, call: _Call[T], number: int) -> Awaitable[T]:
        after = self._guard.policy.hedge_after_ms
        if after is None or not call.read:
            return self._once(call, number)
        return hedged(
            lambda second: self._once(call, number, hedge=second),
            after / 1000,
            self._guard.may_hedge,
        )

    async def _once(self, call: _Call[T], number: int, *, hedge: bool = False) -> T:
        remaining = _until(call.deadline)
        if remaining <= 0:
            raise silent(self.name, "the deadline passed before it could be called")
        context = ambient()
        attempt = Attempt(number, remaining, context and context.child_span())
        admission, outcome, verdict = None, "cancelled", SILENT
        started = time.perf_counter()
        try:
            admission = self._guard.admit_at_once(self._slow_after)
            if admission is None:
                admission = await self._guard.admit(remaining, self._slow_after)
                attempt.remaining = _until(call.deadline)
            result = await call.work(attempt)
            outcome, verdict = "ok", ANSWERED
        except Problem as problem:
            outcome, verdict = problem.slug, verdict_on(problem)
            raise
        finally:
            if admission is not None:
                admission.ends(verdict, outcome)
            if tells("info"):
                self._tell(call.operation, attempt, started, outcome, hedge=hedge)
        return result

    def _tell(
        self, operation: str, attempt: Attempt, started: float, outcome: str, *, hedge: bool
    ) -> None:
        self._log.info(
            "backend_call",
            operation=operation,
            attempt=attempt.number,
            ms=round((time.perf_counter() - started) * 1000, 1),
            **(attempt.notes or {"outcome": outcome}),
            **({"hedge": True} if hedge else {}),
            **({"refused": True} if outcome in REFUSALS else {}),
            **(attempt.span.log_fields() if attempt.span else {}),
        )

    def _deadline(self) -> float:
        own = asyncio.get_running_loop().time() + self._timeout
        context = ambient()
        # The margin lets what we make of a silent backend still reach our caller in time.
        return min(own, context.deadline - HOP_MARGIN) if context else own


def _until(deadline: float) -> float:
    return deadline - asyncio.get_running_loop().time()


def _wait(state: RetryCallState) -> float:
    """As long as the backend asks for, else a short while."""
    error = state.outcome.exception() if state.outcome else None
    asked = asked_wait(error)
    return JITTER(state) if asked is None else float(asked)
