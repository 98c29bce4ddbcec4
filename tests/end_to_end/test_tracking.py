"""Where an order is: what happened by which system, what is still to come, and who has to act."""

import asyncio
from typing import Any

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.orders import id_in, operate, settled, under_way

CART = {"MS-ERGO-01": 1}
PATIENT = {"x-request-timeout-ms": "20000"}
PLACING = [
    ("price_order", "erp"),
    ("reserve_stock", "inventory"),
    ("authorize_payment", "payments"),
    ("create_erp_order", "erp"),
    ("check_hold", "inventory"),
    ("capture_payment", "payments"),
    ("commit_reservation", "inventory"),
    ("confirm_erp_order", "erp"),
]
CANCELLING = [
    ("await_placement", "orders"),
    ("cancel_erp_order", "erp"),
    ("money_left", "payments"),
    ("refund_payment", "payments"),
    ("release_stock", "inventory"),
]


async def tracked(platform: Deployment, order_id: str) -> dict[str, Any]:
    path = f"/orders/{order_id}/tracking"
    reply = await platform.call("GET", "process/orders", path, client="backoffice")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def happened(tracking: dict[str, Any], outcome: str = "done") -> list[tuple[str, str]]:
    entries = tracking["entries"]
    return [(e["step"], e["system"]) for e in entries if e["outcome"] == outcome]


def to_come(tracking: dict[str, Any], **wanted: str) -> list[tuple[str, str]]:
    steps = [step for step in tracking["next"] if wanted.items() <= step.items()]
    return [(step["step"], step["system"]) for step in steps]


async def test_a_placed_order_tells_who_did_what_and_nothing_comes_next(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order_id = (await platform.checkout(key, CART)).json()["id"]

    tracking = await tracked(platform, order_id)

    assert (tracking["id"], tracking["status"], tracking["next"]) == (order_id, "placed", [])
    assert happened(tracking) == PLACING
    assert {entry["flow"] for entry in tracking["entries"]} == {"place-order"}
    moments = [entry["at"] for entry in tracking["entries"]]
    assert moments == sorted(moments)
    assert backends.money_taken(order_id) == 6490


async def test_while_it_is_placed_what_is_still_to_come_is_told_in_order(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("erp", "CreateSalesOrder", "delay", seconds=1.2)
    asking = asyncio.create_task(platform.checkout(key, CART, headers=PATIENT))
    order_id = await under_way(platform, backends, "erp", "CreateSalesOrder")

    tracking = await tracked(platform, order_id)

    assert tracking["status"] == "placing"
    assert happened(tracking) + to_come(tracking, action="do", by="platform") == PLACING
    assert len(happened(tracking)) == 3
    assert (await asking).status_code == 201


async def test_a_failed_order_tells_what_failed_why_and_what_was_undone(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await platform.checkout(key, CART, card="pm_card_chargeDeclined")
    order_id = id_in(reply.json())

    tracking = await tracked(platform, order_id)

    assert (tracking["status"], tracking["next"]) == ("failed", [])
    assert happened(tracking, "failed") == [("authorize_payment", "payments")]
    assert happened(tracking, "undone") == PLACING[2:0:-1]
    [failed] = [entry for entry in tracking["entries"] if entry["outcome"] == "failed"]
    assert failed["detail"]
    backends.assert_nothing_left_of(order_id)


async def test_while_it_is_undone_what_is_still_to_be_undone_is_told(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("inventory", "releaseHold", "delay", seconds=1.2)
    checkout = platform.checkout(key, CART, card="pm_card_chargeDeclined", headers=PATIENT)
    asking = asyncio.create_task(checkout)
    order_id = await under_way(platform, backends, "inventory", "releaseHold")

    tracking = await tracked(platform, order_id)

    assert to_come(tracking, action="undo", by="platform") == [PLACING[1]]
    assert (await asking).status_code == 422


async def test_a_stuck_order_names_the_step_that_waits_for_an_operator(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("payments", "captureIntent", "unauthorized", times=1)
    order_id = (await platform.checkout(key, CART)).json()["id"]

    tracking = await tracked(platform, order_id)

    assert tracking["status"] == "attention"
    assert to_come(tracking) == to_come(tracking, by="operator", action="do") == [PLACING[5]]
    assert tracking["next"][0]["detail"]
    await operate(platform, order_id, "retry")
    assert (await settled(platform, order_id))["status"] == "placed"
    assert (await tracked(platform, order_id))["next"] == []


async def test_a_cancelled_order_tells_both(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order_id = (await platform.checkout(key, CART)).json()["id"]
    await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")

    tracking = await tracked(platform, order_id)

    assert happened(tracking) == PLACING + CANCELLING
    assert tracking["status"] == "cancelled"
    assert {entry["run"] for entry in tracking["entries"]} == {order_id, f"{order_id}-cancel"}
    assert backends.money_taken(order_id) == 0


async def test_another_customers_order_is_as_missing_as_none(
    platform: Deployment, backends: Backends
) -> None:
    path = "/orders/ord_00000000000000000000/tracking"
    reply = await platform.call("GET", "process/orders", path, client="backoffice")

    assert (reply.status_code, reply.json()["type"]) == (404, "urn:strata:problem:missing")
    assert backends.calls() == []
