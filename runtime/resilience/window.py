"""Calls of the last while and how many went badly, in buckets so that counting one costs no search."""

from collections import deque
from dataclasses import dataclass

BUCKETS = 10


@dataclass(slots=True)
class _Bucket:
    calls: int = 0
    failures: int = 0
    slow: int = 0


class Window:
    """The past `seconds`, give or take a tenth."""

    __slots__ = ("_bucket", "_buckets", "_ends", "_width", "calls", "failures", "since", "slow")

    def __init__(self, seconds: float, now: float) -> None:
        self._width = seconds / BUCKETS
        self._ends = now + self._width
        self._bucket = _Bucket()
        self._buckets = deque([self._bucket])
        self.calls = self.failures = self.slow = 0
        self.since = now
        """When the first of the calls ended, or the first after a pause as long as the window."""

    def add(self, now: float, *, failed: bool, slow: bool) -> None:
        if now >= self._ends:
            self.advance(now)
        if not self.calls:
            self.since = now
        bucket = self._bucket
        bucket.calls += 1
        self.calls += 1
        if failed:
            self.fail_one()
        if slow:
            bucket.slow += 1
            self.slow += 1

    def fail_one(self) -> None:
        """A call that was counted already turns out to have failed."""
        self._bucket.failures += 1
        self.failures += 1

    def advance(self, now: float) -> None:
        """Forget what is over."""
        if now < self._ends:
            return
        turns = int((now - self._ends) / self._width) + 1
        self._ends += turns * self._width
        for _ in range(min(turns, BUCKETS)):
            self._bucket = _Bucket()
            self._buckets.append(self._bucket)
            if len(self._buckets) > BUCKETS:
                self._drop(self._buckets.popleft())

    def rates(self) -> tuple[float, float]:
        """Shares of failures and of slow calls; zero when there were no calls."""
        return self.failures / (self.calls or 1), self.slow / (self.calls or 1)

    def _drop(self, bucket: _Bucket) -> None:
        self.calls -= bucket.calls
        self.failures -= bucket.failures
        self.slow -= bucket.slow
