"""A circuit breaker: a backend that keeps failing, or keeps being slow, is left alone for a while.

It goes by rates over a window, not by failures in a row, which a backend that fails every other call
never has. Half-open, it lets a fixed number of probes through and goes by the same rates.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from runtime.resilience.policy import Policy
from runtime.resilience.refusals import circuit_open
from runtime.resilience.window import Window

LONGEST = 60.0
"""Seconds that doubling stops at; a longer `open_seconds` stays as it is."""


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


Changed = Callable[[State, float, float], None]


class Breaker:
    """After each change `changed` is told the state before, and the shares of failures and slow calls."""

    def __init__(self, name: str, policy: Policy, now: float, changed: Changed) -> None:
        self.name = name
        self.state = State.CLOSED
        self.forced = False
        """By an operator, whose word stands until it is taken back or the process ends."""
        self._policy = policy
        self._changed = changed
        self._window = Window(policy.window_seconds, now)
        self._epoch = 0
        self._probing = 0
        self._open_for = 0.0
        self._next_probe = now

    def check(self, now: float) -> None:
        """Raises Unavailable where `enter` would, and claims nothing."""
        if self.state is State.CLOSED:
            return
        if self.forced:
            raise circuit_open(self.name, LONGEST)
        if self.state is State.OPEN and now < self._next_probe:
            raise circuit_open(self.name, self._next_probe - now)
        if self.state is State.HALF_OPEN and not self._wants_probe():
            raise circuit_open(self.name, 1)

    def enter(self, now: float) -> int:
        """Let a call through; what comes back goes to `leave`. Raises Unavailable."""
        if self.state is State.CLOSED:
            return self._epoch
        self.check(now)
        if self.state is State.OPEN:
            self._become(State.HALF_OPEN, now)
        self._probing += 1
        return self._epoch

    def leave(self, epoch: int, now: float, *, failed: bool | None, slow: bool) -> None:
        """How it ended; what began before the last change says nothing of the time since."""
        if epoch != self._epoch:
            return
        if self.state is State.HALF_OPEN:
            self._probing -= 1
        if failed is None:
            return
        self._window.add(now, failed=failed, slow=slow)
        if failed or slow or self.state is State.HALF_OPEN:
            self._judge(now)

    def spoilt(self, now: float) -> None:
        """A call that ended well turns out to have brought garbage."""
        self._window.advance(now)
        if self._window.calls > self._window.failures:
            self._window.fail_one()
            self._judge(now)

    def force(self, state: State | None, now: float) -> None:
        """Open or closed whatever happens, or None to go by the rates again."""
        self.forced = False
        self._open_for = 0.0
        self._become(state or State.CLOSED, now)
        self.forced = state is not None

    def rates(self, now: float) -> tuple[float, float]:
        """Shares of failures and of slow calls in the window."""
        self._window.advance(now)
        return self._window.rates()

    def probes_in(self, now: float) -> float | None:
        """Seconds until the next probe; None where none is waited for."""
        waits = self.state is State.OPEN and not self.forced
        return max(0.0, self._next_probe - now) if waits else None

    def _judge(self, now: float) -> None:
        """Half-open, as soon as the probes still out can change nothing."""
        if self.forced or self.state is State.OPEN:
            return
        policy, window = self._policy, self._window
        probed = self.state is State.HALF_OPEN
        if not probed and (
            window.calls < policy.minimum_calls or now - window.since < policy.minimum_seconds
        ):
            return
        calls = policy.probes if probed else window.calls
        if (
            window.failures >= policy.failure_rate * calls
            or window.slow >= policy.slow_rate * calls
        ):
            self._open(now)
        elif probed and window.calls >= calls:
            self._open_for = 0.0
            self._become(State.CLOSED, now)

    def _open(self, now: float) -> None:
        first = self._policy.open_seconds
        longest = max(first, LONGEST)
        self._open_for = min(self._open_for * 2, longest) if self._open_for else first
        self._next_probe = now + self._open_for
        self._become(State.OPEN, now)

    def _become(self, state: State, now: float) -> None:
        before, self.state = self.state, state
        failing, slow = self._window.rates()
        self._epoch += 1
        self._probing = 0
        # Probes may be far between: none of them is forgotten before all have ended.
        span = math.inf if state is State.HALF_OPEN else self._policy.window_seconds
        self._window = Window(span, now)
        self._changed(before, failing, slow)

    def _wants_probe(self) -> bool:
        return self._probing + self._window.calls < self._policy.probes
