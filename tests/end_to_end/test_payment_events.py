"""The payment provider tells what has become of a payment: signed its own way, in any order, twice."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import orjson
import pytest

from tests.connectors.stripe_events import event, of_theirs, signature
from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import PAYMENTS_SECRET, Deployment

CART = {"LAMP-LED-A1": 1}
MINOR = 4999
Order = dict[str, Any]


@pytest.fixture
async def order_id(platform: Deployment, backends: Backends, key: str) -> str:
    reply = await platform.checkout(key, CART)
    assert reply.status_code == 201, reply.text
    backends.calm()
    return str(reply.json()["id"])


@pytest.fixture
def told(platform: Deployment, backends: Backends) -> Iterator[None]:
    """Whatever happens at the provider, it tells us."""
    url = f"{platform.urls['process/orders']}/process/orders/v1/payment-events"
    backends.control("payments", "webhook", {"url": url, "secret": PAYMENTS_SECRET})
    yield
    backends.control("payments", "webhook", None)


async def send(
    platform: Deployment, body: bytes, headers: dict[str, str] | None = None
) -> httpx.Response:
    signed = of_theirs(PAYMENTS_SECRET, body)[0] if headers is None else headers
    return await platform.call(
        "POST",
        "process/orders",
        "/payment-events",
        client=None,
        content=body,
        headers={"content-type": "application/json", **signed},
    )


async def order(platform: Deployment, order_id: str) -> Order:
    reply = await platform.call("GET", "process/orders", f"/orders/{order_id}", client="backoffice")
    return dict(reply.json())


async def until(platform: Deployment, order_id: str, holds: Callable[[Order], bool]) -> Order:
    """The order once something holds of it: what is noted is looked up beside the call."""
    for _ in range(300):
        if holds(now := await order(platform, order_id)):
            return now
        await asyncio.sleep(0.05)
    raise TimeoutError(now)


def noted(of: Order) -> list[str]:
    return [e["step"] for e in of["timeline"] if e["step"].startswith("payment_")]


def problem_of(reply: httpx.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


@pytest.mark.usefixtures("told")
async def test_what_the_provider_sends_shows_in_the_timeline(
    platform: Deployment, key: str
) -> None:
    placed = (await platform.checkout(key, CART)).json()

    now = await until(platform, placed["id"], lambda it: len(noted(it)) == 2)

    assert sorted(noted(now)) == ["payment_authorized", "payment_captured"]
    assert now["status"] == "placed"


@pytest.mark.usefixtures("told")
async def test_money_given_back_at_the_providers_desk_moves_the_order(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    backends.refund_at_the_desk(order_id, MINOR - 1)
    part = await until(platform, order_id, lambda it: "payment_refunded" in noted(it))
    assert part["status"] == "placed"

    backends.refund_at_the_desk(order_id, 1)

    now = await until(platform, order_id, lambda it: it["status"] == "refunded")
    assert noted(now).count("payment_refunded") == 2


async def test_an_event_counts_once_whatever_comes_twice(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    body = orjson.dumps(backends.payment_event(order_id, "payment_intent.succeeded"))

    replies = await asyncio.gather(*(send(platform, body) for _ in range(5)))

    assert {(r.status_code, r.content) for r in replies} == {(204, b"")}
    assert noted(await order(platform, order_id)) == ["payment_captured"]


async def test_what_comes_late_takes_nothing_back(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    backends.refund_at_the_desk(order_id, MINOR)
    await send(platform, orjson.dumps(backends.payment_event(order_id, "charge.refunded")))
    await until(platform, order_id, lambda it: it["status"] == "refunded")

    late = backends.payment_event(order_id, "payment_intent.succeeded")
    assert (await send(platform, orjson.dumps(late))).status_code == 204

    assert (await order(platform, order_id))["status"] == "refunded"


async def test_how_the_payment_stands_counts_and_not_what_an_event_says(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    [intent] = backends.intents(order_id)
    said = {"object": "charge", "id": "ch_1", "payment_intent": intent["id"], "refunded": True}

    await send(platform, event("charge.refunded", **said))

    now = await until(platform, order_id, lambda _: "getIntent" in backends.calls("payments"))
    assert (now["status"], noted(now)) == ("placed", ["payment_refunded"])


@pytest.mark.usefixtures("told")
async def test_a_disputed_payment_needs_attention_until_it_is_decided(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    [intent] = backends.intents(order_id)

    backends.control("payments", "disputes", {"intent": intent["id"]})
    await until(platform, order_id, lambda it: it["status"] == "attention")
    backends.control("payments", "disputes", {"intent": intent["id"], "closed": True})

    now = await until(platform, order_id, lambda it: it["status"] == "placed")
    assert {"payment_disputed", "payment_dispute_closed"} <= set(noted(now))


async def test_a_look_up_that_fails_is_made_good_later(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    backends.refund_at_the_desk(order_id, MINOR)
    backends.fault("payments", "listRefunds", "error_500", times=4)

    reply = await send(platform, orjson.dumps(backends.payment_event(order_id, "charge.refunded")))

    assert reply.status_code == 204, reply.text
    await until(platform, order_id, lambda it: it["status"] == "refunded")


async def test_what_cannot_be_verified_now_is_not_taken_so_that_it_is_sent_again(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    body = orjson.dumps(backends.payment_event(order_id, "payment_intent.succeeded"))
    backends.fault("payments", "getIntent", "html", times=1)

    assert (await send(platform, body)).status_code == 502
    assert noted(await order(platform, order_id)) == []
    assert (await send(platform, body)).status_code == 204
    assert noted(await order(platform, order_id)) == ["payment_captured"]


async def test_an_event_survives_a_kill_once_it_is_answered(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    backends.refund_at_the_desk(order_id, MINOR)
    backends.fault("payments", "listRefunds", "error_500", times=50)
    await send(platform, orjson.dumps(backends.payment_event(order_id, "charge.refunded")))

    platform.kill()
    backends.mend()
    platform.restart()

    await until(platform, order_id, lambda it: it["status"] == "refunded")


async def test_events_that_are_not_about_an_order_of_ours_are_let_pass(
    platform: Deployment, backends: Backends, order_id: str
) -> None:
    made = backends.http.post(
        f"{backends.urls['payments']}/v1/payment_intents",
        data={"amount": "100", "currency": "eur", "metadata[reference]": "another-shop/7"},
        headers={"authorization": "Bearer sk_test_sandbox"},
    ).json()

    for body in (
        event("customer.created", object="customer", id="cus_1"),
        event("payment_intent.succeeded", id=made["id"]),
        event("charge.refunded", object="charge", id="ch_1", payment_intent=None),
    ):
        reply = await send(platform, body)
        assert (reply.status_code, reply.content) == (204, b""), reply.text
    assert noted(await order(platform, order_id)) == []


def spoilt() -> dict[str, Callable[[bytes], dict[str, str]]]:
    def good(secret: str, body: bytes, late: int = 0) -> str:
        return signature(secret, body, int(time.time()) + late)

    return {
        "not signed": lambda _: {},
        "another secret": lambda b: {"stripe-signature": good("whsec_strangers", b)},
        "another body": lambda b: {"stripe-signature": good(PAYMENTS_SECRET, b + b" ")},
        "too old": lambda b: {"stripe-signature": good(PAYMENTS_SECRET, b, -400)},
        "from the future": lambda b: {"stripe-signature": good(PAYMENTS_SECRET, b, 400)},
        "the test scheme": lambda b: {
            "stripe-signature": good(PAYMENTS_SECRET, b).replace("v1=", "v0=")
        },
        "no time": lambda b: {"stripe-signature": good(PAYMENTS_SECRET, b).partition(",")[2]},
        "nonsense": lambda _: {"stripe-signature": "t=,v1=,=,,v1"},
    }


@pytest.mark.once
@pytest.mark.parametrize("headers", spoilt().values(), ids=spoilt().keys())
async def test_what_the_provider_has_not_signed_is_refused_before_anybody_is_asked(
    platform: Deployment,
    backends: Backends,
    order_id: str,
    headers: Callable[[bytes], dict[str, str]],
) -> None:
    body = orjson.dumps(backends.payment_event(order_id, "payment_intent.succeeded"))

    reply = await send(platform, body, headers(body))

    assert problem_of(reply) == (401, "bad-signature")
    assert backends.calls("payments") == []
    assert noted(await order(platform, order_id)) == []


@pytest.mark.parametrize("body", [b"", b"[]", b'"evt"', b"{}", b"{", b'{"data": []}'])
async def test_what_is_signed_and_no_event_is_told_so(platform: Deployment, body: bytes) -> None:
    assert problem_of(await send(platform, body))[0] in {204, 422}


async def test_a_message_beyond_all_measure_is_refused(platform: Deployment) -> None:
    assert problem_of(await send(platform, b"x" * 140_000)) == (413, "too-large")
    assert problem_of(await send(platform, b"x" * 300_000)) == (413, "too-large")
