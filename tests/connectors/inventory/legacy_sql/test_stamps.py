"""Times by a wall clock, over the nights on which it is put forward and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.inventory.legacy_sql.stamps import meant, stamp, surely_over

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
FORWARD = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
BACK = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
MINUTES = range(0, 9 * 60, 7)


@pytest.mark.parametrize("night", [FORWARD, BACK])
@pytest.mark.parametrize("lasts", [1, 900, 3600, 5400])
def test_a_hold_lasts_at_least_as_long_as_promised(night: datetime, lasts: int) -> None:
    for minute in MINUTES:
        made = night + timedelta(minutes=minute, microseconds=5)
        number = stamp(made + timedelta(seconds=lasts), BERLIN)

        assert meant(number, BERLIN) >= made + timedelta(seconds=lasts)
        for second in (0, lasts / 2, lasts - 0.5):
            assert number > surely_over(made + timedelta(seconds=second), BERLIN)


@pytest.mark.parametrize("night", [FORWARD, BACK])
def test_it_lasts_an_hour_more_at_most(night: datetime) -> None:
    for minute in MINUTES:
        until = night + timedelta(minutes=minute)
        number = stamp(until, BERLIN)

        assert meant(number, BERLIN) - until <= timedelta(hours=1)
        assert number <= surely_over(until + timedelta(hours=2), BERLIN)


def test_what_sql_takes_for_over_is_over() -> None:
    for minute in MINUTES:
        now = BACK + timedelta(minutes=minute)
        for ago in (0, 30, 60, 90):
            number = stamp(now - timedelta(minutes=ago), BERLIN)
            if number <= surely_over(now, BERLIN):
                assert meant(number, BERLIN) <= now


def test_for_ever_is_so_in_any_zone() -> None:
    for zone in (BERLIN, NEW_YORK):
        assert meant(99991231235959, zone).year == 9999


@pytest.mark.parametrize("number", [0, 20260231000000, 20261301000000, 123, 10101000000])
def test_a_number_that_is_no_time_is_none(number: int) -> None:
    with pytest.raises(ValueError, match=r"time data|unconverted|range|month"):
        meant(number, BERLIN)
