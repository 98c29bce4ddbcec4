"""An order is called off while it is being placed, past its point of no return, and when it is placed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.orders import operate, order_of, settled, under_way

CART = {"MS-ERGO-01": 1}
MINOR = 6490
Place = Callable[..., Awaitable[str]]
PATIENT = {"x-request-timeout-ms": "20000"}


async def cancel(platform: Deployment, order_id: str, ms: int = 20_000) -> Any:
    return await platform.call(
        "POST",
        "experience/web",
        f"/orders/{order_id}/cancel",
        headers={"x-request-timeout-ms": str(ms)},
    )


@pytest.fixture
async def place(platform: Deployment, backends: Backends) -> AsyncIterator[Place]:
    """Places orders; each is left at an operation of a backend, while its caller waits."""
    asking: list[asyncio.Task[Any]] = []

    async def place(key: str, backend: str, operation: str) -> str:
        asking.append(asyncio.create_task(platform.checkout(key, CART, headers=PATIENT)))
        return await under_way(platform, backends, backend, operation)

    yield place
    await asyncio.gather(*asking, return_exceptions=True)


@pytest.mark.parametrize(
    ("backend", "operation"),
    [("inventory", "putHold"), ("payments", "createIntent"), ("erp", "CreateSalesOrder")],
)
async def test_while_it_is_placed_it_is_undone_and_ends_cancelled(
    platform: Deployment, backends: Backends, key: str, place: Place, backend: str, operation: str
) -> None:
    backends.fault(backend, operation, "delay", seconds=1.0)
    order_id = await place(key, backend, operation)

    reply = await cancel(platform, order_id)
    again = await cancel(platform, order_id)

    assert (reply.status_code, reply.json()["status"]) == (200, "cancelled"), reply.text
    assert (again.status_code, again.json()) == (200, reply.json())
    backends.assert_nothing_left_of(order_id)
    assert "captureIntent" not in backends.calls("payments")
    asked_again = await platform.checkout(key, CART)
    assert asked_again.status_code == 409
    assert asked_again.json()["type"] == "urn:strata:problem:cancelled"


async def test_the_caller_who_waits_for_it_is_told_that_it_was_cancelled(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("erp", "CreateSalesOrder", "delay", seconds=1.0)
    asking = asyncio.create_task(platform.checkout(key, CART, headers=PATIENT))
    order_id = await under_way(platform, backends, "erp", "CreateSalesOrder")
    assert (await cancel(platform, order_id)).status_code == 200

    reply = await asking
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:strata:problem:cancelled")


async def test_past_the_point_of_no_return_it_is_refunded_once_it_is_placed(
    platform: Deployment, backends: Backends, key: str, place: Place
) -> None:
    backends.fault("payments", "captureIntent", "delay", seconds=1.0)
    order_id = await place(key, "payments", "captureIntent")

    reply = await cancel(platform, order_id)

    assert (reply.status_code, reply.json()["status"]) == (200, "cancelled"), reply.text
    backends.assert_nothing_left_of(order_id)
    [intent] = backends.intents(order_id)
    assert (intent["amount_received"], len(intent["refunds"])) == (MINOR, 1)
    changes = [name for name in backends.changes() if name != "createIntent"]
    assert changes.index("ConfirmSalesOrder") < changes.index("createRefund")


@pytest.mark.parametrize(
    ("backend", "operation"), [("erp", "CreateSalesOrder"), ("payments", "captureIntent")]
)
async def test_what_was_answered_with_202_happens_even_if_the_process_is_killed(
    platform: Deployment, backends: Backends, key: str, place: Place, backend: str, operation: str
) -> None:
    backends.fault(backend, operation, "timeout_after_commit", times=20, seconds=30)
    order_id = await place(key, backend, operation)

    reply = await cancel(platform, order_id, ms=1000)
    assert (reply.status_code, reply.json()["status"]) == (202, "cancelling"), reply.text
    platform.kill()
    backends.mend()
    platform.restart()
    order = await settled(platform, order_id)

    assert order["status"] == "cancelled", order
    backends.assert_nothing_left_of(order_id)


async def test_an_order_that_is_stuck_past_its_point_of_no_return_is_refunded_once_it_is_mended(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("payments", "captureIntent", "unauthorized", times=1)
    order_id = (await platform.checkout(key, CART)).json()["id"]

    reply = await cancel(platform, order_id, ms=1000)
    assert (reply.status_code, reply.json()["status"]) == (202, "attention"), reply.text
    await operate(platform, order_id, "retry")
    order = await settled(platform, order_id)

    assert order["status"] == "cancelled", order
    backends.assert_nothing_left_of(order_id)
    [intent] = backends.intents(order_id)
    assert len(intent["refunds"]) == 1


async def test_cancelling_and_placing_at_once_never_leave_a_charge(
    platform: Deployment, backends: Backends, key: str, place: Place
) -> None:
    """Whoever is faster, from the first step until the last."""
    for number, moment in enumerate(MOMENTS):
        backends.calm()
        order_id = await place(f"{key}-{number}", *moment)
        assert (await cancel(platform, order_id)).status_code == 200, moment

        backends.assert_nothing_left_of(order_id)
        assert (await order_of(platform, order_id))["status"] == "cancelled"


MOMENTS = [
    ("erp", "GetPrice"),
    ("inventory", "putHold"),
    ("payments", "createIntent"),
    ("erp", "CreateSalesOrder"),
    ("inventory", "getHold"),
    ("payments", "captureIntent"),
    ("inventory", "commitHold"),
    ("erp", "ConfirmSalesOrder"),
]
