"""The mobile screens keep their budget whatever the systems behind them hold."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.models.process.customers.v1 import CustomerView
from experience_apis.mobile.views import home
from runtime.contracts.contract import Contract

BUDGET = Contract.load("experience/mobile/v1").operations["getHome"].document["x-max-bytes"]
NOW = datetime(2026, 6, 1, 12, 30, 59, 123456, tzinfo=UTC)
FRESH = {"asOf": NOW, "ageSeconds": 0, "stale": False}
TEXT = st.text(max_size=200)
MONEY = {"amount": "-999999999999.9999", "currency": "EUR"}
ORDERS = [
    {"id": f"ord_{n:020d}", "status": "attention", "createdAt": NOW, "total": MONEY}
    for n in range(20)
]
DOWN = [
    {"part": part, "source": source, "reason": "misconfigured", "lastAnswerAt": NOW}
    for part, source in (("profile", "erp"), ("orders", "orders"), ("activities", "crm"))
]


def view(name: str, subjects: list[str]) -> CustomerView:
    profile = {"name": name, "email": "a@b", "blocked": False, "version": "0" * 24}
    happened = [{"kind": "note", "subject": subject, "at": NOW} for subject in subjects]
    parts: dict[str, Any] = {
        "profile": {"source": "erp", **FRESH, "value": profile},
        "orders": {"source": "orders", **FRESH, "value": ORDERS},
        "activities": {"source": "crm", **FRESH, "value": happened},
    }
    return CustomerView.model_validate(
        {"customerId": "C-1001", "externalIds": [], **parts, "degraded": DOWN}
    )


@given(TEXT, st.lists(TEXT, min_size=3, max_size=3))
def test_home_fits_its_budget_with_any_text_in_it(name: str, subjects: list[str]) -> None:
    shown = home(view(name, subjects)).model_dump_json(by_alias=True, exclude_none=True)
    assert len(shown.encode("utf-8", "surrogatepass")) <= BUDGET


def test_what_is_too_long_is_cut_and_lines_become_one() -> None:
    shown = home(view("Ada\r\n\x00Lindqvist", ["x" * 61, "x" * 60, " a\tb "]))
    assert shown.name == "Ada Lindqvist"
    assert [it.what for it in shown.recent] == ["x" * 59 + "…", "x" * 60, "a b"]
    assert len(shown.open_orders) == 5
