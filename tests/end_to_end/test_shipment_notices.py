"""The ERP tells what it has shipped: signed, in any order, more than once."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.end_to_end.deployment import ERP_SECRET, ERP_SECRET_BEFORE, Deployment
from tests.end_to_end.signing import notice, signed

CART = {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
STRANGER = "whsec_c3RyYW5nZXJzdHJhbmdlcnN0cmFuZ2Vy"


@pytest.fixture
async def order_id(platform: Deployment, key: str) -> str:
    reply = await platform.checkout(key, CART)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


async def send(
    platform: Deployment, body: bytes, headers: dict[str, str] | None = None
) -> httpx.Response:
    return await platform.call(
        "POST",
        "process/orders",
        "/shipment-notices",
        client=None,
        content=body,
        headers=signed(ERP_SECRET, body) if headers is None else headers,
    )


async def order(platform: Deployment, order_id: str) -> dict[str, Any]:
    reply = await platform.call("GET", "process/orders", f"/orders/{order_id}", client="backoffice")
    return dict(reply.json())


def told(of: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What others have told of the order, as its timeline has it."""
    return [
        (e["step"], e.get("detail"))
        for e in of["timeline"]
        if e["step"] in {"shipped", "delivered"}
    ]


def lines(**quantities: int) -> list[dict[str, Any]]:
    skus = {"cables": "CBL-USBC-2M", "lamps": "LAMP-LED-A1", "docks": "DOCK-TB4"}
    return [{"sku": skus[name], "quantity": quantity} for name, quantity in quantities.items()]


def problem_of(reply: httpx.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json", reply.text
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def test_a_shipped_order_says_so_and_with_whom(platform: Deployment, order_id: str) -> None:
    body = notice(order_id, "n-1", "shipped", carrier="PostNord", trackingNumber="UA1")

    reply = await send(platform, body)

    assert (reply.status_code, reply.content) == (204, b"")
    now = await order(platform, order_id)
    assert now["status"] == "shipped"
    assert told(now) == [("shipped", "PostNord UA1")]


async def test_what_was_delivered_stays_delivered_whatever_comes_late(
    platform: Deployment, order_id: str
) -> None:
    await send(platform, notice(order_id, "n-2", "delivered", at="2026-03-02T10:00:00Z"))
    assert (await order(platform, order_id))["status"] == "delivered"

    await send(platform, notice(order_id, "n-1", "shipped", at="2026-03-01T10:00:00Z"))

    now = await order(platform, order_id)
    assert now["status"] == "delivered"
    assert told(now) == [("shipped", None), ("delivered", None)]


async def test_an_order_is_shipped_when_all_of_it_is(platform: Deployment, order_id: str) -> None:
    expected = ["placed", "placed", "shipped", "shipped", "delivered"]
    parts = [
        ("shipped", lines(cables=1)),
        ("delivered", lines(cables=1)),
        ("shipped", lines(cables=1, lamps=1)),
        ("delivered", lines(cables=1)),
        ("delivered", lines(lamps=1)),
    ]

    seen = []
    for number, (status, part) in enumerate(parts):
        await send(platform, notice(order_id, f"n-{number}", status, lines=part))
        seen.append((await order(platform, order_id))["status"])

    assert seen == expected


async def test_a_notice_counts_once_whatever_comes_twice(
    platform: Deployment, order_id: str
) -> None:
    body = notice(order_id, "twice", "shipped", lines=lines(cables=1))

    replies = await asyncio.gather(*(send(platform, body) for _ in range(5)))

    assert {reply.status_code for reply in replies} == {204}
    now = await order(platform, order_id)
    assert (now["status"], told(now)) == ("placed", [("shipped", None)])


async def test_another_notice_under_the_same_id_is_refused(
    platform: Deployment, order_id: str
) -> None:
    await send(platform, notice(order_id, "taken", "shipped"))

    reply = await send(platform, notice(order_id, "taken", "delivered"))

    assert problem_of(reply) == (409, "conflict")
    assert (await order(platform, order_id))["status"] == "shipped"


async def test_a_notice_survives_a_kill_once_it_is_answered(
    platform: Deployment, order_id: str
) -> None:
    await send(platform, notice(order_id, "kept", "shipped"))

    platform.kill()
    platform.restart()

    assert (await order(platform, order_id))["status"] == "shipped"


async def test_one_about_an_order_we_do_not_have_is_told_so(platform: Deployment) -> None:
    reply = await send(platform, notice(f"ord_{'0' * 20}", "n-1", "shipped"))

    assert problem_of(reply) == (404, "missing")


async def test_goods_that_were_not_ordered_are_pointed_at(
    platform: Deployment, order_id: str
) -> None:
    body = notice(order_id, "n-1", "shipped", lines=lines(cables=1, docks=1))

    reply = await send(platform, body)

    assert problem_of(reply) == (422, "unknown-sku")
    assert [e["pointer"] for e in reply.json()["errors"]] == ["#/lines/1/sku"]


async def test_either_secret_is_accepted_while_one_is_replaced(
    platform: Deployment, order_id: str
) -> None:
    body = notice(order_id, "n-1", "shipped")

    reply = await send(platform, body, signed(ERP_SECRET_BEFORE, body))

    assert reply.status_code == 204


def refused() -> dict[str, Any]:
    """How a good message is spoilt, by name: its headers into others."""

    def now(late: int) -> int:
        return int(time.time()) + late

    return {
        "nothing signed": lambda _h, _b: {"content-type": "application/json"},
        "a token instead": lambda h, _b: {
            **h,
            "webhook-signature": "",
            "authorization": "Bearer x",
        },
        "another secret": lambda _h, b: signed(STRANGER, b),
        "too old": lambda _h, b: signed(ERP_SECRET, b, stamp=now(-400)),
        "from the future": lambda _h, b: signed(ERP_SECRET, b, stamp=now(400)),
        "another body": lambda _h, b: signed(ERP_SECRET, b + b" "),
        "another id": lambda h, _b: {**h, "webhook-id": "m-2"},
        "another time": lambda h, _b: {**h, "webhook-timestamp": str(now(-1))},
        "no time": lambda h, _b: {**h, "webhook-timestamp": ""},
        "a time that is none": lambda h, _b: {**h, "webhook-timestamp": "NaN"},
        "an endless time": lambda h, _b: {**h, "webhook-timestamp": "9" * 400},
        "an unknown scheme": lambda h, _b: {
            **h,
            "webhook-signature": h["webhook-signature"].replace("v1,", "v0,"),
        },
        "not base64": lambda h, _b: {**h, "webhook-signature": "v1,%%%"},
        "half of it": lambda h, _b: {**h, "webhook-signature": h["webhook-signature"][:20]},
        "an empty one": lambda h, _b: {**h, "webhook-signature": "v1,"},
    }


@pytest.mark.once
@pytest.mark.parametrize("spoil", refused().values(), ids=refused().keys())
async def test_what_is_not_signed_as_it_should_be_is_refused(
    platform: Deployment, order_id: str, spoil: Any
) -> None:
    body = notice(order_id, "n-1", "shipped")

    reply = await send(platform, body, spoil(signed(ERP_SECRET, body), body))

    assert problem_of(reply) == (401, "bad-signature")
    assert reply.headers["www-authenticate"] == "Signature"
    assert (await order(platform, order_id))["status"] == "placed"


async def test_one_of_several_signatures_is_enough(platform: Deployment, order_id: str) -> None:
    body = notice(order_id, "n-1", "shipped")
    headers = signed(ERP_SECRET, body)
    headers["webhook-signature"] = f"v1,AAAA v2,x {headers['webhook-signature']}"

    assert (await send(platform, body, headers)).status_code == 204


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"status": "lost"}, "#/status"),
        ({"at": "yesterday"}, "#/at"),
        ({"at": "2026-03-01T10:00:00"}, "#/at"),
        ({"orderId": "ord_1"}, "#/orderId"),
        ({"noticeId": ""}, "#/noticeId"),
        ({"weight": 3}, "#/weight"),
    ],
)
async def test_what_is_wrong_with_a_notice_is_pointed_at(
    platform: Deployment, order_id: str, more: dict[str, Any], pointer: str
) -> None:
    reply = await send(platform, notice(order_id, "n-1", "shipped", **more))

    assert reply.status_code == 422, reply.text
    assert [e["pointer"] for e in reply.json()["errors"]] == [pointer]


async def test_a_notice_beyond_all_measure_is_not_read(platform: Deployment, order_id: str) -> None:
    body = notice(order_id, "n-1", "shipped", carrier="c" * 300_000)

    assert problem_of(await send(platform, body)) == (413, "too-large")
