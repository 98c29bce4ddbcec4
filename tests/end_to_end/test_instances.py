"""A problem points at what it happened to, where whoever asked finds it."""

from typing import Any

import pytest

from tests.end_to_end.consumer import Consumer
from tests.end_to_end.every_operation import CART, MOBILE, PARTNER, WEB
from tests.end_to_end.people import ANN, Person

DECLINED = {"payment": {"token": "pm_card_chargeDeclined"}}
STALE = {**ANN, "version": "0" * 24}


@pytest.mark.once
async def test_a_problem_points_into_the_api_that_was_asked_or_nowhere(anna: Person) -> None:
    she = Consumer(anna)
    placed = (await she.send(WEB, "checkout")).json()["id"]
    order = {**CART, **DECLINED}
    wrong: tuple[tuple[str, str, str, Any, str | None], ...] = (
        ("POST", WEB, "/checkout", order, "orders"),
        ("PUT", WEB, "/account", STALE, "account/updates"),
        ("POST", PARTNER, "/orders", {**order, "reference": f"{anna.id}-one"}, "orders"),
        ("POST", MOBILE, f"/orders/{placed}/reorder", DECLINED, "orders"),
        ("PUT", MOBILE, "/profile", STALE, None),  # the app has no place for updates
    )
    for method, api, path, body, place in wrong:
        refused = await she.ask(method, api, path, json=body)
        instance = refused.json().get("instance")

        assert 400 <= refused.status_code < 500, refused.text
        if place is None:
            assert instance is None
            continue
        assert instance.startswith(f"/{api}/v1/{place}/"), refused.text
        found = await she.ask("GET", api, instance.removeprefix(f"/{api}/v1"))
        assert found.status_code == 200, found.text
        assert found.json()["status"] == "failed"
