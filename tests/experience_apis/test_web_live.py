"""An order told as it changes ends with the order, and says nothing twice."""

from datetime import UTC, datetime

from contracts.models.canonical import Order
from experience_apis.web.live import changes
from experience_apis.web.views import web_order

AT_REST = Order(
    id="ord_00000000000000000000",
    customer_id="C-1001",
    status="placed",
    at_rest=True,
    lines=[],
    created_at=datetime(2026, 1, 15, tzinfo=UTC),
    timeline=[],
)


async def test_one_at_rest_is_told_once_and_nobody_is_asked_again() -> None:
    """To ask would fail: there is no call being served here."""
    [told] = [event async for event in changes(AT_REST, None)]
    other = AT_REST.model_copy(update={"status": "returned"})
    [changed] = [event async for event in changes(other, told.id)]

    assert told.data == web_order(AT_REST)
    assert [event async for event in changes(AT_REST, told.id)] == []
    assert changed.data.status == "returned"
