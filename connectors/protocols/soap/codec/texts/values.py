"""Values of XML Schema that Python has no type for."""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any


class Xml(str):
    """One element as XML text, for what a schema leaves open: wildcards, mixed content, anyType."""

    __slots__ = ()


class ZonedDate(date):
    """A date with a zone, as xs:date may have one; equal to the date without."""

    zone: tzinfo

    def __new__(cls, day: date, zone: tzinfo) -> "ZonedDate":
        made = super().__new__(cls, day.year, day.month, day.day)
        made.zone = zone
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return ZonedDate, (date(self.year, self.month, self.day), self.zone)


@dataclass(frozen=True, slots=True)
class Duration:
    """An xs:duration with months, which no timedelta can hold; `P1Y` is twelve of them."""

    months: int
    rest: timedelta = timedelta(0)
    """Of the same sign as `months`."""
