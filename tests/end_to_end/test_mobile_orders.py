"""The app's order screens: lists, tracking in words, ordering again, and what has changed since."""

import asyncio
from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.people import Person
from tests.end_to_end.phone import Phone, told

CART = {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
CARD = {"payment": {"token": "pm_card_visa"}}
PARCEL = {"carrier": "PostNord", "trackingNumber": "UA1"}


@pytest.fixture
def phone(platform: Deployment, anna: Person) -> Phone:
    return Phone(platform, anna.id)


@pytest.fixture
async def order_id(phone: Phone, key: str) -> str:
    reply = await phone.checkout(f"{key}-order", CART)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def problem_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def test_an_order_is_told_in_words_until_it_has_arrived(
    phone: Phone, order_id: str, backends: Backends
) -> None:
    for backend in ("erp", "crm", "inventory", "payments"):
        backends.fault(backend, "*", "error_500", times=50)  # none of which is needed
    placed = await phone.get(f"/orders/{order_id}")
    await told(phone.platform, order_id, "shipped", **PARCEL)
    shipped = await phone.get(f"/orders/{order_id}")
    await told(phone.platform, order_id, "delivered")
    arrived = await phone.get(f"/orders/{order_id}")

    assert (placed["status"], placed["next"]) == ("placed", "Your goods are packed and sent")
    assert [entry["what"] for entry in placed["history"]] == [
        "Your order is confirmed",
        "Your payment is taken",
        "Your payment is approved",
        "Your goods are set aside",
        "We have your order",
    ]
    assert placed["lines"] == [{"sku": sku, "quantity": many} for sku, many in CART.items()]
    assert "shipments" not in placed
    [parcel] = shipped["shipments"]
    assert {name: parcel[name] for name in PARCEL} == PARCEL
    assert (shipped["status"], shipped["next"]) == ("shipped", "Your goods arrive")
    assert (arrived["status"], arrived.get("next")) == ("delivered", None)
    assert {entry["what"] for entry in arrived["history"]} >= {"Your goods have arrived"}


async def test_an_order_that_has_not_changed_is_not_sent_again_and_parts_can_be_chosen(
    phone: Phone, order_id: str
) -> None:
    first = await phone.ask("GET", f"/orders/{order_id}")
    seen = {"if-none-match": first.headers["etag"]}
    again = await phone.ask("GET", f"/orders/{order_id}", headers=seen)
    few = await phone.get(f"/orders/{order_id}?fields=next,total")
    wrong = await phone.ask("GET", f"/orders/{order_id}?fields=customerId")
    await told(phone.platform, order_id, "shipped")
    since = await phone.ask("GET", f"/orders/{order_id}", headers=seen)

    assert (again.status_code, again.content) == (304, b"")
    assert few.keys() == {"id", "status", "placedAt", "next", "total"}
    assert wrong.status_code == 400
    assert (since.status_code, since.json()["status"]) == (200, "shipped")


async def test_orders_are_listed_page_by_page_and_are_nobody_elses(
    phone: Phone, order_id: str, key: str
) -> None:
    newer = (await phone.checkout(f"{key}-newer", {"CBL-USBC-2M": 1})).json()

    first = await phone.get("/orders?limit=1")
    second = await phone.get(f"/orders?limit=1&cursor={first['nextCursor']}")
    other = Phone(phone.platform, "C-1002")

    assert [order["id"] for order in first["items"] + second["items"]] == [newer["id"], order_id]
    assert first["items"][0].keys() == {"id", "status", "total", "placedAt"}
    assert "nextCursor" not in second
    assert problem_of(await other.ask("GET", f"/orders/{order_id}")) == (404, "missing")
    again = await other.send("POST", f"/orders/{order_id}/reorder", f"{key}-other", CARD)
    assert problem_of(again) == (404, "missing")


async def test_the_same_is_ordered_again_once_a_key(
    phone: Phone, order_id: str, key: str, backends: Backends
) -> None:
    path = f"/orders/{order_id}/reorder"

    reply = await phone.send("POST", path, key, CARD)
    again = await phone.send("POST", path, key, CARD)
    other = await phone.send("POST", path, key, {"payment": {"token": "pm_card_mastercard"}})
    of_the_new = await phone.send("POST", f"/orders/{reply.json()['id']}/reorder", key, CARD)

    order = reply.json()
    assert (reply.status_code, order["status"]) == (201, "placed"), reply.text
    assert (again.content, again.headers["idempotency-replayed"]) == (reply.content, "true")
    assert problem_of(other) == (422, "idempotency-key-reused")
    assert len({order_id, order["id"], of_the_new.json()["id"]}) == 3
    assert (await phone.get(f"/orders/{order['id']}"))["lines"] == [
        {"sku": sku, "quantity": many} for sku, many in CART.items()
    ]
    backends.assert_complete(order["id"], int(float(order["total"]["amount"]) * 100))


async def test_what_cannot_be_ordered_again_is_named_where_it_can_be_mended(
    phone: Phone, order_id: str, key: str, backends: Backends
) -> None:
    path = f"/orders/{order_id}/reorder"
    total = {"amount": "1.00", "currency": "EUR"}
    on_hand, held, _ = backends.stock("LAMP-LED-A1")

    taken = backends.taken_by_others("LAMP-LED-A1", on_hand - held)
    short = await phone.send("POST", path, f"{key}-1", CARD)
    backends.given_back(taken)
    dearer = await phone.send("POST", path, f"{key}-2", {**CARD, "expectedTotal": total})
    declined = {"payment": {"token": "pm_card_chargeDeclined"}}
    refused = await phone.send("POST", path, f"{key}-3", declined)
    backends.fault("erp", "*", "error_500", times=50)
    down = await phone.send("POST", path, f"{key}-4", CARD)

    assert problem_of(short) == (409, "out-of-stock")
    [error] = short.json()["errors"]
    assert (error["detail"].partition(":")[0], "pointer" in error) == ("LAMP-LED-A1", False)
    assert problem_of(dearer) == (409, "price-changed")
    assert [error["pointer"] for error in dearer.json()["errors"]] == ["#/expectedTotal"]
    assert refused.json()["errors"][0]["pointer"].startswith("#/payment")
    assert down.status_code in {502, 503, 504}


async def test_what_has_changed_since_is_told_and_nothing_else(
    phone: Phone, order_id: str, key: str
) -> None:
    empty = await Phone(phone.platform, "C-nobodys").get("/changes")
    first = await phone.get("/changes")
    still = await phone.ask("GET", f"/changes?since={first['token']}")
    seen = {"if-none-match": still.headers["etag"]}
    same = await phone.ask("GET", f"/changes?since={first['token']}", headers=seen)
    await told(phone.platform, order_id, "shipped")
    shipped = await phone.get(f"/changes?since={first['token']}")
    replay = await phone.get(f"/changes?since={first['token']}")

    assert (empty["full"], empty["changed"], empty["removed"]) == (True, [], [])
    assert (first["full"], [order["id"] for order in first["changed"]]) == (True, [order_id])
    nothing = {"full": False, "changed": [], "removed": [], "token": first["token"]}
    assert still.json() == nothing
    assert same.status_code == 304
    [order] = shipped["changed"]
    assert (shipped["full"], order["id"], order["status"]) == (False, order_id, "shipped")
    assert replay == shipped

    await asyncio.gather(
        *(phone.checkout(f"{key}-{number}", {"NO-SUCH": 1}) for number in range(15))
    )
    gone = await phone.get(f"/changes?since={shipped['token']}")
    later = await phone.get(f"/changes?since={gone['token']}")
    others = await Phone(phone.platform, "C-1002").get(f"/changes?since={gone['token']}")

    assert (gone["removed"], len(gone["changed"])) == ([order_id], 15)
    assert {order["status"] for order in gone["changed"]} == {"failed"}
    assert (later["changed"], later["removed"]) == ([], [])
    assert (others["full"], others["removed"]) == (True, [])
