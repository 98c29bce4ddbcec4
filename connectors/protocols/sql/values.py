"""Cells as what they mean, for the readers of a vendor's file. Each refuses NULL by a TypeError."""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any


def text(value: Any) -> str:
    """Without the blanks that CHAR(n) is filled up with."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value.rstrip(" ")


def decimal(value: Any) -> Decimal:
    """Exact. SQLite keeps NUMERIC as binary floating point, whose shortest text is what was meant."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError("not a number")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def whole(value: Any) -> int:
    """A number that has no fraction, however many decimals it is kept with."""
    number = decimal(value)
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def moment(value: Any, zone: tzinfo) -> datetime:
    """In UTC. A time that names no zone is the wall clock's of the database.

    Once a year an hour comes twice: the later one is meant, so that nothing ends too early.
    """
    if not isinstance(value, datetime):
        raise TypeError("not a time")
    aware = value if value.tzinfo else value.replace(tzinfo=zone, fold=1)
    return aware.astimezone(UTC)
