"""Cells as what they mean."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.protocols.sql.values import decimal, moment, text, whole

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_text_ends_where_its_blanks_begin() -> None:
    assert text("KB-1     ") == "KB-1"
    assert text("  a b ") == "  a b"


@pytest.mark.parametrize(
    ("cell", "number"),
    [(1.1, "1.1"), (3, "3"), (Decimal("2.50"), "2.50"), (1e-7, "1E-7")],
)
def test_a_number_is_exactly_what_was_told(cell: Any, number: str) -> None:
    assert decimal(cell) == Decimal(number)


def test_a_whole_number_may_be_kept_with_decimals() -> None:
    assert whole(Decimal("7.000")) == 7
    with pytest.raises(ValueError, match="whole"):
        whole(7.5)


@pytest.mark.parametrize("cell", [None, "1", True, b"1"])
def test_null_is_no_number_and_nor_is_a_text(cell: Any) -> None:
    with pytest.raises(TypeError):
        decimal(cell)


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match="finite"):
        decimal(cell)


def test_a_time_without_a_zone_is_the_later_of_two() -> None:
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - as a database tells it

    assert moment(twice, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert moment(datetime(2026, 7, 1, tzinfo=UTC), BERLIN) == datetime(2026, 7, 1, tzinfo=UTC)
    with pytest.raises(TypeError):
        moment(None, BERLIN)
