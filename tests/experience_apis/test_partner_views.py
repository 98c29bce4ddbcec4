"""What a partner is told of an order: milestones, and of our own doings no more than that."""

from datetime import UTC, datetime
from typing import Any

from contracts.models.canonical import TimelineEntry
from contracts.models.process.orders.v1 import NextStep, Tracking
from experience_apis.partner.views import partner_tracking

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID = "ord_00000000000000000000"


def entry(step: str, outcome: Any = "done", detail: str | None = None) -> TimelineEntry:
    return TimelineEntry(at=NOW, step=step, outcome=outcome, detail=detail)


def following(step: str, action: Any = "do", by: Any = "platform") -> NextStep:
    return NextStep(flow="place-order", run=ID, step=step, action=action, by=by)


def test_milestones_are_told_with_a_parcels_number_and_no_inner_detail() -> None:
    timeline = [
        entry("reserve_stock"),
        entry("authorize_payment", "failed", "payments: 10.0.0.7 did not answer"),
        entry("reserve_stock", "undone"),
        entry("check_hold"),
        entry("shipped", detail="DHL 00340434161094"),
    ]
    steps = [
        following("capture_payment", by="operator"),
        following("commit_reservation"),
        following("authorize_payment", "undo"),
        following("decision", "wait", "somebody else"),
    ]

    tracking = Tracking(id=ID, status="shipped", entries=[], timeline=timeline, next=steps)

    told = partner_tracking(tracking)

    assert [(it.what, it.detail) for it in told.events] == [
        ("reserved", None),
        ("payment-refused", None),
        ("released", None),
        ("shipped", "DHL 00340434161094"),
    ]
    assert [(it.what, it.by) for it in told.next] == [
        ("paid", "operator"),
        ("payment-released", "platform"),
    ]
