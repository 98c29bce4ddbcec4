"""What a client has used of its quotas, and how it is told: the RateLimit header fields
(draft-ietf-httpapi-ratelimit-headers), a policy for each kind of period."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from runtime.metering.periods import Kind, Period
from runtime.problems import Unavailable

Limits = Mapping[Kind, int]
"""How many calls a client may make, by kind of period; one that is not named has no limit."""


ENOUGH = 500
ENOUGH_SHARE = 0.05
"""Calls that are left, as a number and of all there may be, beyond which a few are not worth a look."""


class QuotaExceeded(Unavailable):
    status = 429
    kind = "quota-exceeded"
    title = "There have been as many calls as there may be"


class Quota(NamedTuple):
    """Of one period."""

    period: Period
    limit: int
    used: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class Standing(NamedTuple):
    """Periods without a limit are not among the quotas."""

    quotas: tuple[Quota, ...]
    now: datetime
    granted: bool = True

    def after(self, calls: int) -> "Standing":
        """So many calls more."""
        quotas = tuple([quota._replace(used=quota.used + calls) for quota in self.quotas])
        return self._replace(quotas=quotas)

    def at(self, now: datetime) -> "Standing":
        """Later on, when nothing has been granted since: not granted either, where none is left."""
        spent = any(not quota.remaining and now < quota.period.ends for quota in self.quotas)
        return Standing(self.quotas, now, granted=not spent)

    @property
    def ample(self) -> bool:
        """Far from every quota."""
        return all(q.remaining > max(ENOUGH, q.limit * ENOUGH_SHARE) for q in self.quotas)

    def fields(self) -> tuple[tuple[bytes, bytes], ...]:
        if not self.quotas:
            return ()
        policies = [f'"{q.period.kind}";q={q.limit};w={q.period.seconds}' for q in self.quotas]
        left = [
            f'"{q.period.kind}";r={q.remaining};t={q.period.left(self.now)}' for q in self.quotas
        ]
        return (
            (b"ratelimit-policy", ", ".join(policies).encode()),
            (b"ratelimit", ", ".join(left).encode()),
        )

    def require(self) -> None:
        """Raises QuotaExceeded unless the call was granted."""
        if self.granted:
            return
        spent = [quota for quota in self.quotas if not quota.remaining]
        last = max(spent, key=lambda quota: quota.period.ends).period
        said = " and ".join(f"{q.limit} calls a {q.period.kind}" for q in spent)
        raise QuotaExceeded(
            f"the quota is {said}, until {last.ends:%Y-%m-%dT%H:%M:%SZ}",
            retry_after=last.left(self.now),
        )
