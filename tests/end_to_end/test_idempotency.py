"""One Idempotency-Key, one effect: however often it is sent, whatever happens meanwhile."""

import asyncio
from collections import Counter

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

CART = {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
CART_MINOR = 2 * 1495 + 4999
PATIENT = {"x-request-timeout-ms": "30000"}


async def test_a_hundred_at_once_are_one_order_and_one_answer(
    platform: Deployment, backends: Backends, key: str
) -> None:
    replies = await asyncio.gather(*(platform.checkout(key, CART) for _ in range(100)))

    assert {(reply.status_code, reply.content) for reply in replies} == {
        (201, replies[0].content)
    }, [reply.text for reply in replies][:3]
    replayed = [reply.headers.get("idempotency-replayed") for reply in replies]
    assert Counter(replayed) == {"true": 99, None: 1}
    backends.assert_complete(replies[0].json()["id"], CART_MINOR)
    assert Counter(backends.changes()) == {
        "putHold": 1,
        "createIntent": 1,
        "CreateSalesOrder": 1,
        "captureIntent": 1,
        "commitHold": 1,
        "ConfirmSalesOrder": 1,
    }


async def test_a_replayed_answer_says_so_and_the_first_does_not(
    platform: Deployment, key: str
) -> None:
    first, second = [await platform.checkout(key, CART) for _ in range(2)]

    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert (second.status_code, second.content) == (201, first.content)


async def test_a_replayed_refusal_says_so(platform: Deployment, key: str) -> None:
    first, second = [await platform.checkout(key, {"CAM-1080P": 1}) for _ in range(2)]

    assert (first.status_code, second.status_code) == (409, 409)
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


async def test_an_answer_to_something_else_is_no_replay(platform: Deployment, key: str) -> None:
    await platform.checkout(key, CART)

    other = await platform.checkout(key, {"LAMP-LED-A1": 2})
    listed = await platform.call(
        "GET",
        "process/orders",
        "/orders?customerId=C-1001",
        client="backoffice",
        headers={"idempotency-key": key},
    )

    assert (other.status_code, listed.status_code) == (422, 200)
    assert "idempotency-replayed" not in {*other.headers, *listed.headers}


async def test_while_the_first_is_under_way_the_next_is_told_when_to_ask_again(
    platform: Deployment, backends: Backends, key: str
) -> None:
    """A caller with little time; one with enough waits for the same answer."""
    backends.fault("erp", "CreateSalesOrder", "delay", seconds=1.2)
    first = asyncio.create_task(platform.checkout(key, CART, headers=PATIENT))
    await backends.called("payments", "createIntent")

    hurried = await platform.checkout(key, CART, headers={"x-request-timeout-ms": "800"})
    patient = await platform.checkout(key, CART, headers=PATIENT)

    problem = hurried.json()
    assert hurried.status_code == 409, hurried.text
    assert problem["type"] == "urn:strata:problem:request-in-progress"
    assert hurried.headers["retry-after"] == "1"
    assert "idempotency-replayed" not in hurried.headers
    order = (await first).json()
    assert problem["instance"].endswith(order["id"])
    assert (patient.status_code, patient.json()) == (201, order)
    assert patient.headers["idempotency-replayed"] == "true"


async def test_the_callers_key_reaches_each_backend_as_the_name_of_its_effect(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order_id = (await platform.checkout(key, CART)).json()["id"]

    erp = backends.erp_order(order_id)
    assert erp is not None
    assert (erp["ExtRef"], erp["PaymentRef"]) == (order_id, order_id)
    assert order_id in backends.state("inventory")["holds"]
    assert f"{order_id}:authorize" in backends.state("payments")["keys"]
    keys = {line.get("idempotency_key") for line in platform.log_lines()}
    assert {f"{order_id}:{step}" for step in WRITING} <= keys


WRITING = (
    "reserve_stock",
    "authorize_payment",
    "create_erp_order",
    "capture_payment",
    "commit_reservation",
    "confirm_erp_order",
)
