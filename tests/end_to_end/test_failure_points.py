"""Each step of an order fails in each way: the order ends whole or undone, and the answer says why."""

from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.orders import id_in, settled

CART = {"MS-ERGO-01": 1}
MINOR = 6490

ATTEMPTS = 3
"""How often a connector sends what may be repeated, when what went wrong may pass."""

BEFORE_THE_PIVOT = [
    ("erp", "GetCustomer"),
    ("erp", "GetPrice"),
    ("inventory", "putHold"),
    ("payments", "createIntent"),
    ("erp", "CreateSalesOrder"),
]
AFTER_THE_PIVOT = [
    ("payments", "captureIntent"),
    ("inventory", "commitHold"),
    ("erp", "ConfirmSalesOrder"),
]


@pytest.mark.parametrize(("backend", "operation"), BEFORE_THE_PIVOT)
@pytest.mark.parametrize(
    ("kind", "times"),
    [
        ("error_500", ATTEMPTS),
        pytest.param("html", 1, marks=pytest.mark.once),
        pytest.param("truncated", ATTEMPTS, marks=pytest.mark.once),
        pytest.param("unauthorized", 1, marks=pytest.mark.once),
    ],
)
async def test_a_backend_that_fails_before_the_money_is_taken_undoes_the_order(
    platform: Deployment,
    backends: Backends,
    key: str,
    backend: str,
    operation: str,
    kind: str,
    times: int,
) -> None:
    backends.fault(backend, operation, kind, times=times)

    reply = await platform.checkout(key, CART)

    problem = reply.json()
    assert reply.status_code == 502, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in reply.text
    backends.assert_nothing_left_of(problem["instance"].rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("backend", "operation"),
    [("payments", "createIntent"), ("inventory", "putHold"), ("erp", "CreateSalesOrder")],
)
async def test_a_success_hidden_by_silence_is_undone(
    platform: Deployment, backends: Backends, key: str, backend: str, operation: str
) -> None:
    """The backend commits and then says nothing, every time it is asked."""
    backends.fault(backend, operation, "timeout_after_commit", times=20, seconds=30)

    reply = await platform.checkout(key, CART, headers={"x-request-timeout-ms": "20000"})
    order = await settled(platform, id_in(reply.json()))

    assert reply.status_code in {202, 504}
    assert order["status"] == "failed"
    assert order["failure"]["status"] == 504
    backends.assert_nothing_left_of(order["id"])


@pytest.mark.parametrize(("backend", "operation"), BEFORE_THE_PIVOT + AFTER_THE_PIVOT)
async def test_a_reply_lost_once_is_healed_and_nothing_happens_twice(
    platform: Deployment, backends: Backends, key: str, backend: str, operation: str
) -> None:
    backends.fault(backend, operation, "drop_after_commit")

    reply = await platform.checkout(key, CART)
    order = await settled(platform, id_in(reply.json()))

    assert order["status"] == "placed", order
    backends.assert_complete(order["id"], MINOR)
    assert len([i for i in backends.intents(order["id"]) if i["amount_received"]]) == 1


@pytest.mark.parametrize(("backend", "operation"), AFTER_THE_PIVOT)
@pytest.mark.parametrize("kind", ["error_500", "drop_connection", "too_many_requests"])
async def test_after_the_pivot_an_order_only_goes_forward(
    platform: Deployment, backends: Backends, key: str, backend: str, operation: str, kind: str
) -> None:
    options: dict[str, Any] = {"seconds": 1} if kind == "too_many_requests" else {}
    backends.fault(backend, operation, kind, times=4, **options)

    reply = await platform.checkout(key, CART)
    order = await settled(platform, id_in(reply.json()))

    assert order["status"] == "placed", order
    backends.assert_complete(order["id"], MINOR)


async def test_a_caller_with_little_time_is_told_where_to_look(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.fault("erp", "CreateSalesOrder", "delay", seconds=1)

    reply = await platform.checkout(key, CART, headers={"x-request-timeout-ms": "700"})

    assert reply.status_code == 202, reply.text
    order = await settled(platform, id_in(reply.json()))
    assert order["status"] == "placed"
