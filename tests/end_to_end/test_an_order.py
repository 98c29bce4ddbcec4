"""An order placed at the web checkout lands in the ERP, or leaves nothing behind."""

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment

CABLES = {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
CABLES_MINOR = 2 * 1495 + 4999


async def test_it_is_in_the_erp_paid_once_and_its_goods_are_allocated(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await platform.checkout(key, CABLES)

    assert reply.status_code == 201, reply.text
    order = reply.json()
    assert order["status"] == "placed"
    assert order["total"] == {"amount": "79.89", "currency": "EUR"}
    backends.assert_complete(order["id"], CABLES_MINOR)
    assert len(backends.intents(order["id"])) == 1


async def test_its_timeline_tells_every_step_in_order(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order_id = (await platform.checkout(key, CABLES)).json()["id"]

    reply = await platform.call("GET", "process/orders", f"/orders/{order_id}", client="backoffice")

    order = reply.json()
    assert [(e["step"], e["outcome"]) for e in order["timeline"]] == [
        ("price_order", "done"),
        ("reserve_stock", "done"),
        ("authorize_payment", "done"),
        ("create_erp_order", "done"),
        ("check_hold", "done"),
        ("capture_payment", "done"),
        ("commit_reservation", "done"),
        ("confirm_erp_order", "done"),
    ]
    assert order["erpOrderNumber"] == backends.erp_order(order_id)["OrderNo"]  # type: ignore[index]


async def test_a_declined_card_releases_the_stock(
    platform: Deployment, backends: Backends, key: str
) -> None:
    before = backends.stock("DOCK-TB4")

    reply = await platform.checkout(key, {"DOCK-TB4": 1}, card="pm_card_chargeDeclined")

    problem = reply.json()
    assert reply.status_code == 422, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "urn:strata:problem:card-declined"
    assert problem["errors"][0]["pointer"] == "#/payment/token"
    order_id = problem["instance"].rsplit("/", 1)[1]
    backends.assert_nothing_left_of(order_id)
    assert backends.stock("DOCK-TB4") == before


async def test_an_item_out_of_stock_is_named_and_nothing_is_charged(
    platform: Deployment, backends: Backends, key: str
) -> None:
    reply = await platform.checkout(key, {"CBL-USBC-2M": 1, "CAM-1080P": 1})

    problem = reply.json()
    assert reply.status_code == 409, reply.text
    assert problem["type"] == "urn:strata:problem:out-of-stock"
    assert [e["pointer"] for e in problem["errors"]] == ["#/lines/1/quantity"]
    backends.assert_nothing_left_of(problem["instance"].rsplit("/", 1)[1])
    assert "createIntent" not in backends.calls("payments")


async def test_the_same_key_gives_the_same_answer_and_acts_once(
    platform: Deployment, backends: Backends, key: str
) -> None:
    first = await platform.checkout(key, CABLES)
    second = await platform.checkout(key, CABLES)

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert len(backends.intents(first.json()["id"])) == 1


async def test_the_same_key_gives_the_same_refusal(
    platform: Deployment, backends: Backends, key: str
) -> None:
    first = await platform.checkout(key, CABLES, card="pm_card_chargeDeclined")
    backends.calm()
    second = await platform.checkout(key, CABLES, card="pm_card_chargeDeclined")

    assert first.status_code == second.status_code == 422
    without = [{k: v for k, v in r.json().items() if k != "requestId"} for r in (first, second)]
    assert without[0] == without[1]
    assert backends.calls() == []


async def test_the_same_key_with_another_cart_is_refused(
    platform: Deployment, backends: Backends, key: str
) -> None:
    await platform.checkout(key, CABLES)
    backends.calm()

    reply = await platform.checkout(key, {"CBL-USBC-2M": 3})

    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:strata:problem:idempotency-key-reused"
    assert backends.calls() == []


async def test_the_same_key_of_another_customer_is_another_order(
    platform: Deployment, key: str
) -> None:
    ada = await platform.checkout(key, CABLES)
    bruno = await platform.checkout(key, CABLES, client="bruno")

    assert ada.json()["id"] != bruno.json()["id"]


async def test_a_cancelled_order_is_refunded_and_its_goods_return(
    platform: Deployment, backends: Backends, key: str
) -> None:
    before = backends.stock("LAMP-LED-A1")
    order_id = (await platform.checkout(key, CABLES)).json()["id"]

    reply = await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")
    again = await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")

    assert reply.status_code == 200, reply.text
    assert reply.json()["status"] == "cancelled"
    assert again.json() == reply.json()
    backends.assert_nothing_left_of(order_id)
    assert backends.stock("LAMP-LED-A1") == before
    [intent] = backends.intents(order_id)
    assert len(intent["refunds"]) == 1


async def test_a_failed_order_cannot_be_cancelled(platform: Deployment, key: str) -> None:
    problem = (await platform.checkout(key, CABLES, card="pm_card_chargeDeclined")).json()

    order_id = problem["instance"].rsplit("/", 1)[1]
    reply = await platform.call("POST", "experience/web", f"/orders/{order_id}/cancel")

    assert reply.status_code == 409
    assert reply.json()["type"] == "urn:strata:problem:not-cancellable"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_another_customers_order_is_as_missing_as_none(
    platform: Deployment, backends: Backends, key: str, method: str
) -> None:
    order_id = (await platform.checkout(key, CABLES)).json()["id"]
    path = f"/orders/{order_id}" + ("/cancel" if method == "POST" else "")

    reply = await platform.call(method, "experience/web", path, client="bruno")

    assert reply.status_code == 404
    assert reply.json()["type"] == "urn:strata:problem:missing"
    backends.assert_complete(order_id, CABLES_MINOR)
