"""The warehouse's times: numbers that look like 20260131235959, by its wall clock (quirk 3)."""

from datetime import UTC, datetime, timedelta, tzinfo

from connectors.protocols.sql.values import moment

FORM = "%Y%m%d%H%M%S"
EARLIEST = 1970
"""No warehouse has older allocations; what says so is damaged."""


def stamp(when: datetime, zone: tzinfo) -> int:
    """Whole seconds, rounded up: a hold is never shorter than promised."""
    whole = when if when.microsecond == 0 else when.replace(microsecond=0) + timedelta(seconds=1)
    return int(whole.astimezone(zone).strftime(FORM))


def meant(number: int, zone: tzinfo) -> datetime:
    """In UTC. ValueError for a number that is no time; the year 9999 is for ever, in any zone."""
    wall = datetime.strptime(f"{number:014d}", FORM)  # noqa: DTZ007 - `moment` gives it one
    if wall.year < EARLIEST:
        raise ValueError("year out of range")
    return moment(wall, UTC if wall.year == 9999 else zone)


def surely_over(now: datetime, zone: tzinfo) -> int:
    """No number up to this one means a time to come, whichever of two hours it was told in."""
    wall = now.astimezone(zone)
    later = wall.replace(fold=1).utcoffset() or timedelta()
    return int((now.astimezone(UTC) + later).strftime(FORM))
