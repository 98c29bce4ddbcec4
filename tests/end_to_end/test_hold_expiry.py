"""An order that took so long that its goods are no longer held: no money is taken for what is gone."""

import asyncio

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.orders import id_in, operate, order_of, settled

DESK = "DESK-SIT-160"
DESK_MINOR = 62900
PATIENT = {"x-request-timeout-ms": "20000"}
LONG = {"advanceSeconds": 5 * 3600}


async def test_before_the_point_of_no_return_it_is_undone(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("erp", "CreateSalesOrder", "delay", seconds=1.0)
    asking = asyncio.create_task(platform.checkout(key, {DESK: 1}, headers=PATIENT))
    await backends.called("erp", "CreateSalesOrder")
    backends.control("inventory", "clock", LONG)

    reply = await asking

    assert (reply.status_code, reply.json()["type"]) == (409, "urn:strata:problem:hold-expired")
    assert "captureIntent" not in backends.calls("payments")
    backends.assert_nothing_left_of(id_in(reply.json()))


async def test_after_it_the_same_goods_are_held_again(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("payments", "captureIntent", "delay", seconds=1.0)
    asking = asyncio.create_task(platform.checkout(key, {DESK: 1}, headers=PATIENT))
    await backends.called("payments", "captureIntent")
    backends.control("inventory", "clock", LONG)

    order = (await asking).json()

    assert order["status"] == "placed", order
    backends.assert_complete(order["id"], DESK_MINOR)
    await platform.call("POST", "experience/web", f"/orders/{order['id']}/cancel")


async def test_when_others_have_the_goods_an_operator_is_told_and_can_go_on_later(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("payments", "captureIntent", "delay", seconds=1.0)
    asking = asyncio.create_task(platform.checkout(key, {DESK: 1}, headers=PATIENT))
    await backends.called("payments", "captureIntent")
    backends.control("inventory", "clock", LONG)
    on_hand, held, _ = backends.stock(DESK)
    others = backends.taken_by_others(DESK, on_hand - held)

    answer = await asking
    order = await order_of(platform, id_in(answer.json()))

    assert (answer.status_code, order["status"]) == (202, "attention"), answer.text
    assert "the hold expired after the point of no return" in order["failure"]["detail"]
    assert "out-of-stock" in order["failure"]["detail"]
    backends.given_back(others)
    await operate(platform, order["id"], "retry")
    assert (await settled(platform, order["id"]))["status"] == "placed"
    backends.assert_complete(order["id"], DESK_MINOR)
    await platform.call("POST", "experience/web", f"/orders/{order['id']}/cancel")
