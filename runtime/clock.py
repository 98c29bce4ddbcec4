"""The business clock: what a time in an answer or a journal is read from.

It can be frozen in the embedded profile (`fixed_time`), so that two runs give the same bytes.
Deadlines and tokens use the machine's own clocks.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from runtime.settings import Settings, SettingsError

Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)


def clock(settings: Settings) -> Clock:
    """Raises SettingsError for a frozen clock outside of the embedded profile, or one without a zone."""
    if settings.fixed_time is None:
        return now
    if settings.profile != "embedded":
        raise SettingsError(["fixed_time: only the embedded profile may freeze its clock"])
    try:
        moment = datetime.fromisoformat(settings.fixed_time)
    except ValueError as error:
        raise SettingsError([f"fixed_time: {error}"]) from error
    if moment.tzinfo is None:
        raise SettingsError(["fixed_time: give it a time zone"])
    return lambda: moment
