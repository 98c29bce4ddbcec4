"""kill -9 in the middle of an order, restart: the order ends completed or undone."""

import asyncio

import httpx
import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

CART = {"MS-ERGO-01": 2}
MINOR = 12980


@pytest.mark.parametrize(
    ("backend", "operation"),
    [
        ("erp", "GetPrice"),
        ("inventory", "putHold"),
        ("payments", "createIntent"),
        ("erp", "CreateSalesOrder"),
        ("payments", "captureIntent"),
        ("inventory", "commitHold"),
        ("erp", "ConfirmSalesOrder"),
    ],
)
async def test_an_order_killed_in_a_step_is_finished_after_restart(
    platform: Deployment, backends: Backends, key: str, backend: str, operation: str
) -> None:
    backends.fault(backend, operation, "timeout_after_commit", seconds=20)
    asking = asyncio.create_task(platform.checkout(key, CART))
    await backends.called(backend, operation)

    platform.kill()
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart()
    reply = await _placed(platform, key)

    assert reply.status_code == 201, reply.text
    order_id = reply.json()["id"]
    backends.assert_complete(order_id, MINOR)
    assert len([i for i in backends.intents(order_id) if i["amount_received"]]) == 1


async def test_an_order_killed_while_it_is_undone_is_undone_after_restart(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("inventory", "releaseHold", "timeout_after_commit", seconds=20)
    asking = asyncio.create_task(platform.checkout(key, CART, card="pm_card_chargeDeclined"))
    await backends.called("inventory", "releaseHold")

    platform.kill()
    await asyncio.gather(asking, return_exceptions=True)
    backends.mend()
    platform.restart()
    reply = await platform.checkout(key, CART, card="pm_card_chargeDeclined")

    assert reply.status_code == 422, reply.text
    backends.assert_nothing_left_of(reply.json()["instance"].rsplit("/", 1)[1])


async def _placed(platform: Deployment, key: str) -> httpx.Response:
    """The answer to the same key, once the recovered flow has ended."""
    for _ in range(100):
        reply = await platform.checkout(key, CART)
        if reply.status_code not in {202, 409}:
            return reply
        await asyncio.sleep(0.1)
    raise TimeoutError(key)
