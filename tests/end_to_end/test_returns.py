"""Goods come back: no more than were bought, and no more is given back than was paid."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

CART = {"CBL-USBC-2M": 3, "LAMP-LED-A1": 1}
MINOR = 3 * 1495 + 4999

ATTEMPTS = 3
"""How often a connector sends what may be repeated, when what went wrong may pass."""


@pytest.fixture
async def order_id(platform: Deployment, key: str) -> str:
    """A placed order of three cables and a lamp."""
    reply = await platform.checkout(f"{key}-order", CART)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


async def give_back(
    platform: Deployment,
    order_id: str,
    key: str,
    lines: dict[str, int] | None = None,
    **options: Any,
) -> httpx.Response:
    body: dict[str, Any] = {"reason": options.pop("reason", "not as described")}
    if lines is not None:
        body["lines"] = [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()]
    headers = {"idempotency-key": f"{key}-back", **options.pop("headers", {})}
    return await platform.call(
        "POST",
        "process/orders",
        f"/orders/{order_id}/returns",
        client=options.pop("client", "backoffice"),
        json=body,
        headers=headers,
    )


async def read(platform: Deployment, path: str, client: str = "backoffice") -> dict[str, Any]:
    reply = await platform.call("GET", "process/orders", path, client=client)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


async def settled(platform: Deployment, back: dict[str, Any]) -> dict[str, Any]:
    """The return once it is no longer under way."""
    for _ in range(300):
        now = await read(platform, f"/orders/{back['orderId']}/returns/{back['id']}")
        if now["status"] != "returning":
            return now
        await asyncio.sleep(0.1)
    raise TimeoutError(back["id"])


def problem_of(reply: httpx.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def test_a_part_comes_back_into_stock_and_its_price_is_given_back(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    before = backends.stock("CBL-USBC-2M")[0]

    reply = await give_back(platform, order_id, key, {"CBL-USBC-2M": 2})

    back = reply.json()
    assert reply.status_code == 201, reply.text
    assert (back["status"], back["orderId"]) == ("returned", order_id)
    assert back["refund"] == {"amount": "29.90", "currency": "EUR"}
    assert back["lines"] == [{"sku": "CBL-USBC-2M", "quantity": 2}]
    assert [(e["step"], e["outcome"]) for e in back["timeline"]] == [
        ("check_goods", "done"),
        ("record_return", "done"),
        ("refund_goods", "done"),
        ("restock_goods", "done"),
    ]
    [entered] = backends.erp_returns(order_id)
    assert (entered["ReturnRef"], entered["Reason"]) == (back["id"], "not as described")
    assert backends.money_taken(order_id) == MINOR - 2990
    assert backends.received(order_id) == {"CBL-USBC-2M": 2}
    assert backends.stock("CBL-USBC-2M")[0] == before + 2
    assert await read(platform, f"/orders/{order_id}/returns/{back['id']}") == back
    assert await read(platform, f"/orders/{order_id}/returns") == {"items": [back]}


async def test_all_that_is_left_comes_back_when_no_lines_are_named(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    await give_back(platform, order_id, f"{key}-1", {"CBL-USBC-2M": 1})

    reply = await give_back(platform, order_id, f"{key}-2")

    assert reply.status_code == 201, reply.text
    assert reply.json()["refund"] == {"amount": "79.89", "currency": "EUR"}
    assert backends.money_taken(order_id) == 0
    assert backends.received(order_id) == CART
    order = await read(platform, f"/orders/{order_id}")
    assert order["status"] == "returned"
    assert [e["step"] for e in order["timeline"]].count("restock_goods") == 2


async def test_an_order_of_which_a_part_came_back_is_still_placed(
    platform: Deployment, key: str, order_id: str
) -> None:
    await give_back(platform, order_id, key, {"LAMP-LED-A1": 1})

    order = await read(platform, f"/orders/{order_id}")

    assert order["status"] == "placed"
    assert order["timeline"][-1]["step"] == "restock_goods"


async def test_the_same_key_gives_the_same_answer_and_acts_once(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    first = await give_back(platform, order_id, key, {"CBL-USBC-2M": 1})
    second = await give_back(platform, order_id, key, {"CBL-USBC-2M": 1})
    other = await give_back(platform, order_id, key, {"CBL-USBC-2M": 2})

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert problem_of(other) == (422, "idempotency-key-reused")
    assert backends.received(order_id) == {"CBL-USBC-2M": 1}
    assert len(backends.intents(order_id)[0]["refunds"]) == 1


async def test_more_than_was_bought_is_refused_line_by_line_and_nothing_happens(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    await give_back(platform, order_id, f"{key}-1", {"CBL-USBC-2M": 2})

    reply = await give_back(
        platform, order_id, f"{key}-2", {"LAMP-LED-A1": 1, "CBL-USBC-2M": 2, "DOCK-TB4": 1}
    )

    assert problem_of(reply) == (409, "exceeds-order")
    assert [e["pointer"] for e in reply.json()["errors"]] == [
        "#/lines/1/quantity",
        "#/lines/2/quantity",
    ]
    assert len(backends.erp_returns(order_id)) == 1
    assert backends.received(order_id) == {"CBL-USBC-2M": 2}
    failed = await read(platform, reply.json()["instance"].removeprefix("/process/orders/v1"))
    assert (failed["status"], failed["failure"]["status"]) == ("failed", 409)


async def test_when_everything_is_back_nothing_more_comes_back(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    await give_back(platform, order_id, f"{key}-1")

    reply = await give_back(platform, order_id, f"{key}-2")

    assert problem_of(reply) == (409, "exceeds-order")
    assert backends.money_taken(order_id) == 0


async def test_however_returns_race_no_more_comes_back_than_was_bought(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    replies = await asyncio.gather(
        *(give_back(platform, order_id, f"{key}-{i}", {"CBL-USBC-2M": 2}) for i in range(5))
    )

    assert sorted(r.status_code for r in replies) == [201, 409, 409, 409, 409], replies
    assert backends.received(order_id) == {"CBL-USBC-2M": 2}
    assert backends.money_taken(order_id) == MINOR - 2990


async def test_however_parts_race_they_add_up_to_what_was_paid(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    parts = [{"CBL-USBC-2M": 1}] * 3 + [{"LAMP-LED-A1": 1}]

    replies = await asyncio.gather(
        *(give_back(platform, order_id, f"{key}-{i}", part) for i, part in enumerate(parts))
    )

    assert [r.status_code for r in replies] == [201] * 4, [r.text for r in replies]
    assert backends.money_taken(order_id) == 0
    assert backends.received(order_id) == CART


async def test_an_order_with_a_return_is_not_cancelled_and_the_rest_can_come_back(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    await give_back(platform, order_id, f"{key}-1", {"LAMP-LED-A1": 1})

    for _ in range(2):
        reply = await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")
        assert problem_of(reply) == (409, "has-returns")

    assert backends.money_taken(order_id) == MINOR - 4999
    assert backends.hold(order_id) == "COMMITTED"
    assert (await read(platform, f"/orders/{order_id}"))["status"] == "placed"
    rest = await give_back(platform, order_id, f"{key}-2")
    assert rest.status_code == 201, rest.text
    assert backends.money_taken(order_id) == 0
    assert backends.received(order_id) == CART


async def test_nothing_of_a_cancelled_order_comes_back(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")
    on_hand = backends.stock("CBL-USBC-2M")[0]

    reply = await give_back(platform, order_id, key)

    assert problem_of(reply) == (409, "cancelled")
    assert backends.stock("CBL-USBC-2M")[0] == on_hand
    backends.assert_nothing_left_of(order_id)


async def test_a_cancel_and_a_return_that_race_have_one_winner(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    on_hand = {sku: backends.stock(sku)[0] for sku in CART}

    cancel, back = await asyncio.gather(
        platform.call("POST", "experience/web", f"/orders/{order_id}/cancel"),
        give_back(platform, order_id, key),
    )

    assert sorted([cancel.status_code < 300, back.status_code < 300]) == [False, True]
    assert problem_of(back if cancel.status_code < 300 else cancel)[0] == 409
    assert backends.money_taken(order_id) == 0
    assert {sku: backends.stock(sku)[0] for sku in CART} == {
        sku: on_hand[sku] + quantity for sku, quantity in CART.items()
    }


@pytest.mark.parametrize("operation", ["GetSalesOrder", "CreateReturn"])
@pytest.mark.parametrize(("kind", "times"), [("html", 1), ("error_500", ATTEMPTS)])
async def test_an_erp_that_fails_before_the_pivot_leaves_nothing_behind(
    platform: Deployment,
    backends: Backends,
    key: str,
    order_id: str,
    operation: str,
    kind: str,
    times: int,
) -> None:
    backends.fault("erp", operation, kind, times=times)

    reply = await give_back(platform, order_id, key)

    assert reply.status_code == 502, reply.text
    assert backends.erp_returns(order_id) == []
    assert backends.received(order_id) == {}
    backends.assert_complete(order_id, MINOR)


async def test_a_return_recorded_behind_silence_is_withdrawn(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    backends.fault("erp", "CreateReturn", "timeout_after_commit", times=20, seconds=30)

    reply = await give_back(platform, order_id, key, headers={"x-request-timeout-ms": "20000"})

    assert reply.status_code == 504, reply.text
    assert backends.erp_returns(order_id) == []
    backends.assert_complete(order_id, MINOR)
    backends.mend()
    again = await give_back(platform, order_id, f"{key}-again")
    assert again.status_code == 201, again.text


FORWARD = [("payments", "createRefund"), ("inventory", "putReceipt")]


@pytest.mark.parametrize(("backend", "operation"), [*FORWARD, ("erp", "CreateReturn")])
async def test_a_reply_lost_once_is_healed_and_nothing_happens_twice(
    platform: Deployment, backends: Backends, key: str, order_id: str, backend: str, operation: str
) -> None:
    backends.fault(backend, operation, "drop_after_commit")

    reply = await give_back(platform, order_id, key)

    assert (await settled(platform, reply.json()))["status"] == "returned"
    assert len(backends.erp_returns(order_id)) == 1
    assert backends.money_taken(order_id) == 0
    assert backends.received(order_id) == CART


@pytest.mark.parametrize(("backend", "operation"), FORWARD)
@pytest.mark.parametrize("kind", ["error_500", "drop_connection"])
async def test_after_the_pivot_a_return_only_goes_forward(
    platform: Deployment,
    backends: Backends,
    key: str,
    order_id: str,
    backend: str,
    operation: str,
    kind: str,
) -> None:
    backends.fault(backend, operation, kind, times=4)

    reply = await give_back(platform, order_id, key)

    assert (await settled(platform, reply.json()))["status"] == "returned"
    assert backends.money_taken(order_id) == 0
    assert backends.received(order_id) == CART


async def test_a_return_survives_a_kill(
    platform: Deployment, backends: Backends, key: str, order_id: str
) -> None:
    backends.fault("inventory", "putReceipt", "timeout_after_commit", times=20, seconds=30)
    reply = await give_back(platform, order_id, key, headers={"x-request-timeout-ms": "1000"})
    assert reply.status_code == 202, reply.text

    platform.kill()
    backends.mend()
    platform.restart()

    assert (await settled(platform, reply.json()))["status"] == "returned"
    assert backends.money_taken(order_id) == 0
    assert backends.received(order_id) == CART


async def test_an_order_that_failed_has_nothing_to_return(platform: Deployment, key: str) -> None:
    problem = (await platform.checkout(key, CART, card="pm_card_chargeDeclined")).json()

    reply = await give_back(platform, problem["instance"].rsplit("/", 1)[1], key)

    assert problem_of(reply) == (409, "not-returnable")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/reason"),
        ({"reason": ""}, "#/reason"),
        ({"reason": "r", "lines": []}, "#/lines"),
        ({"reason": "r", "lines": [{"sku": "A", "quantity": 0}]}, "#/lines/0/quantity"),
        ({"reason": "r", "refund": "1.00"}, "#/refund"),
    ],
)
async def test_what_is_wrong_with_the_request_is_pointed_at(
    platform: Deployment, key: str, order_id: str, body: dict[str, Any], pointer: str
) -> None:
    path, headers = f"/orders/{order_id}/returns", {"idempotency-key": key}

    reply = await platform.call(
        "POST", "process/orders", path, client="backoffice", json=body, headers=headers
    )

    assert reply.status_code == 422, reply.text
    assert [e["pointer"] for e in reply.json()["errors"]] == [pointer]


async def test_a_return_nobody_made_is_missing(platform: Deployment, order_id: str) -> None:
    path = f"/orders/{order_id}/returns/{order_id}-return-{'0' * 20}"

    reply = await platform.call("GET", "process/orders", path, client="backoffice")

    assert problem_of(reply) == (404, "missing")
