"""How long a step may take, and how often what failed is tried again."""

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Waits from `first` to `longest` seconds, growing by `factor`; `give_up_after` in all."""

    first: float = 0.05
    factor: float = 2.0
    longest: float = 30.0
    give_up_after: float = 3600.0

    def waits(self) -> Iterator[float]:
        """Seconds to wait before each next try, half of it random lest all runs try at once."""
        waited, wait = 0.0, self.first
        while waited < self.give_up_after:
            yield wait * random.uniform(0.5, 1.0)  # noqa: S311
            waited += wait
            wait = min(wait * self.factor, self.longest)


ONCE = RetryPolicy(give_up_after=0.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """All in seconds, unless said otherwise."""

    step: float = 15.0
    """The deadline of one call of a step."""
    forward: RetryPolicy = RetryPolicy()
    """For steps after the point of no return; then the run is stuck."""
    undo: RetryPolicy = RetryPolicy()
    """For undos; then the run is stuck."""
    after_restart: RetryPolicy = RetryPolicy(longest=1.0, give_up_after=10.0)
    """For steps before the point of no return in a recovered run: its peers may be restarting too.

    Otherwise these are tried once: connectors retry, and retries in two layers multiply."""
    undo_patience: float = 20.0
    """How long the next undo waits for one that keeps failing.

    Longer than `step`, so that none overtakes the first try of another; short, so that the outage
    of one backend does not hold up the rest."""
    recoveries: int = 32
    """How many calls recovered runs may make at once."""
    in_vain: int = 20
    """How often a run is taken up without getting any further; then it is stuck."""
    retention: float | None = None
    """How long runs are kept that have ended, and nobody of their family has not. None: for ever."""
    cleaning: float = 3600.0
    """Between looks for runs that need not be kept any more."""
    close: float = 10.0
    """How long running steps are left when the engine closes."""
    journal_pause: float = 1.0
    """Between tries to write down an outcome while the journal cannot be written (full disk)."""


DEFAULTS = Limits()
