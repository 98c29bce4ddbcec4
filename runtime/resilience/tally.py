"""What has happened at a backend since the process began, for whoever scrapes it."""

import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Of the latency histogram, in seconds."""


@dataclass(slots=True)
class Tally:
    outcomes: Counter[str] = field(default_factory=Counter)
    """Attempts by the word of their verdict, refusals by their kind."""
    times: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    """Attempts that reached the backend, by the bound they stayed within; the last knows none."""
    seconds: float = 0.0
    """Of all those together."""
    retries: int = 0
    hedges: int = 0
    last_problem: str | None = None
    """Its kind."""
    last_problem_at: float = 0.0
    """Seconds since the epoch."""

    def attempted(self, word: str, seconds: float) -> None:
        self.outcomes[word] += 1
        self.times[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def troubled(self, kind: str) -> None:
        self.last_problem = kind
        self.last_problem_at = time.time()
