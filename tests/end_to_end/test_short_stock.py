"""There is less than was ordered: nothing is supplied, or what there is, as the customer wants it."""

import asyncio
from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.orders import id_in, settled, under_way

SHIP = {"whenShort": "ship-available"}
NONE, DESK, CABLE = "CAM-1080P", "DESK-SIT-160", "CBL-USBC-2M"
DESK_MINOR, CABLE_MINOR = 62900, 1495
PATIENT = {"x-request-timeout-ms": "20000"}


def supplied(order: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(line["sku"], line["quantity"], line["supplied"]) for line in order["lines"]]


def entered(backends: Backends, order_id: str) -> list[tuple[str, int]]:
    order = backends.erp_order(order_id)
    assert order is not None
    return [(line["MatNo"], int(float(line["Qty"]))) for line in order["Lines"]]


@pytest.fixture
async def desks(backends: Backends) -> int:
    on_hand, held, _ = backends.stock(DESK)
    return on_hand - held


async def cancelled(platform: Deployment, order_id: str) -> None:
    """So that the next test finds the stock it expects."""
    reply = await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")
    assert reply.json()["status"] == "cancelled", reply.text


async def test_what_there_is_is_supplied_and_only_that_is_charged(
    platform: Deployment, backends: Backends, key: str, desks: int
) -> None:
    cart = {CABLE: 2, NONE: 1, DESK: desks + 6}
    reply = await platform.checkout(key, cart, also=SHIP)

    order = reply.json()
    assert reply.status_code == 201, reply.text
    assert supplied(order) == [(CABLE, 2, 2), (NONE, 1, 0), (DESK, desks + 6, desks)]
    minor = 2 * CABLE_MINOR + desks * DESK_MINOR
    assert order["total"]["amount"] == f"{minor / 100:.2f}"
    assert "total" not in order["lines"][1]
    backends.assert_complete(order["id"], minor)
    assert entered(backends, order["id"]) == [(CABLE, 2), (DESK, desks)]
    await cancelled(platform, order["id"])


async def test_one_product_on_two_lines_is_supplied_line_by_line(
    platform: Deployment, backends: Backends, key: str, desks: int
) -> None:
    lines = [{"sku": DESK, "quantity": desks - 1}, {"sku": DESK, "quantity": 3}]
    reply = await platform.checkout(key, {}, also={**SHIP, "lines": lines})

    order = reply.json()
    assert supplied(order) == [(DESK, desks - 1, desks - 1), (DESK, 3, 1)]
    backends.assert_complete(order["id"], desks * DESK_MINOR)
    await cancelled(platform, order["id"])


async def test_with_nothing_at_all_it_is_out_of_stock(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await platform.checkout(key, {NONE: 2}, also=SHIP)

    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (409, "urn:strata:problem:out-of-stock")
    assert [error["pointer"] for error in problem["errors"]] == ["#/lines/0/quantity"]
    backends.assert_nothing_left_of(id_in(problem))
    assert "createIntent" not in backends.calls("payments")


async def test_without_saying_so_nothing_is_supplied(
    platform: Deployment, backends: Backends, key: str, desks: int
) -> None:
    reply = await platform.checkout(key, {DESK: desks + 1})

    assert (reply.status_code, reply.json()["type"]) == (409, "urn:strata:problem:out-of-stock")
    backends.assert_nothing_left_of(id_in(reply.json()))


async def test_another_policy_is_refused_by_its_name(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await platform.checkout(key, {CABLE: 1}, also={"whenShort": "ship-later"})

    assert reply.status_code == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/whenShort"]
    assert backends.calls() == []


async def test_what_is_gone_between_the_look_and_the_hold_is_looked_at_again(
    platform: Deployment, backends: Backends, key: str, desks: int
) -> None:
    backends.fault("inventory", "listStock", "timeout_after_commit", seconds=1.0)
    asking = asyncio.create_task(platform.checkout(key, {DESK: 9}, also=SHIP, headers=PATIENT))
    await backends.called("inventory", "listStock")
    others = backends.taken_by_others(DESK, desks - 1)

    order = (await asking).json()

    assert supplied(order) == [(DESK, 9, 1)]
    assert backends.calls("inventory").count("listStock") == 2
    backends.assert_complete(order["id"], DESK_MINOR)
    await cancelled(platform, order["id"])
    backends.given_back(others)


async def test_a_hold_whose_answer_was_lost_is_found_again_after_a_restart(
    platform: Deployment, backends: Backends, key: str, desks: int
) -> None:
    """It has all there is: deciding again would find nothing."""
    backends.fault("inventory", "putHold", "timeout_after_commit", times=20, seconds=30)
    asking = asyncio.create_task(platform.checkout(key, {DESK: 9}, also=SHIP, headers=PATIENT))
    order_id = await under_way(platform, backends, "inventory", "putHold")
    platform.kill()
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart()

    order = await settled(platform, order_id)

    assert (order["status"], supplied(order)) == ("placed", [(DESK, 9, desks)])
    backends.assert_complete(order_id, desks * DESK_MINOR)
    await cancelled(platform, order_id)
