"""Days and months, in UTC: what quotas are for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Kind = Literal["day", "month"]
KINDS: tuple[Kind, ...] = ("day", "month")


@dataclass(frozen=True, slots=True)
class Period:
    kind: Kind
    starts: datetime
    ends: datetime

    @property
    def name(self) -> str:
        """Later ones of a kind come later in the alphabet."""
        return self.starts.strftime("%Y-%m-%d")

    @property
    def seconds(self) -> int:
        return int((self.ends - self.starts).total_seconds())

    def left(self, now: datetime) -> int:
        """Seconds until it ends, rounded up: whoever waits that long is not too early."""
        return max(1, -int((now - self.ends) // timedelta(seconds=1)))

    def before(self) -> "Period":
        return period(self.kind, self.starts - timedelta(microseconds=1))


def period(kind: Kind, moment: datetime) -> Period:
    """The day or the month that a moment is in."""
    starts = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "day":
        return Period(kind, starts, starts + timedelta(days=1))
    starts = starts.replace(day=1)
    return Period(kind, starts, (starts + timedelta(days=31)).replace(day=1))


Periods = tuple[Period, ...]
"""That a moment is in, one of each kind."""


def current(now: datetime) -> Periods:
    return tuple(period(kind, now) for kind in KINDS)
