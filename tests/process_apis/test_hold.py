from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.models.system.inventory.v1 import Reservation
from process_apis.orders.holding import LEAST_LEFT, is_good

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "expires_at", "good"),
    [
        ("held", NOW + LEAST_LEFT, True),
        ("held", NOW + LEAST_LEFT - MOMENT, False),
        ("held", None, True),
        ("expired", NOW + LEAST_LEFT, False),
        ("released", None, False),
        ("committed", None, False),
    ],
)
def test_a_hold_is_good_while_the_money_may_be_taken(
    status: Any, expires_at: datetime | None, good: bool
) -> None:
    held = Reservation(id="ord_1", status=status, lines=[], expires_at=expires_at)

    assert is_good(held, NOW) == good
