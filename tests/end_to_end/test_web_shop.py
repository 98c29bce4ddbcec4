"""The web shop: what there is, ordering it however slow the systems are, its invoice, giving it back."""

from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.shopping import eur
from tests.end_to_end.tokens import forged
from tests.end_to_end.web import ORDERING, PREFIX, SHORT, following, slow, until, web

CART = {"CBL-USBC-2M": 2, "LAMP-LED-A1": 1}
TOTAL = eur("79.89")
LINES = [{"sku": "CBL-USBC-2M", "quantity": 2}, {"sku": "NO-SUCH", "quantity": 0}]


@pytest.fixture
async def order(platform: Deployment, key: str) -> dict[str, Any]:
    """Placed."""
    reply = await platform.checkout(f"{key}-order", CART)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def test_what_there_is_its_price_and_what_a_cart_comes_to(platform: Deployment) -> None:
    page = await web(platform, "GET", "/products?currency=EUR&limit=4", client="newcomer")
    more = f"/products?currency=EUR&cursor={page.json()['nextCursor']}"
    rest = (await web(platform, "GET", more)).json()
    lamp = (await web(platform, "GET", "/products/LAMP-LED-A1?currency=EUR")).json()
    asked = {"currency": "EUR", "lines": LINES}
    cart = (await web(platform, "POST", "/cart/availability", json=asked)).json()
    seen = {"if-none-match": page.headers["etag"]}
    again = await web(platform, "GET", "/products?currency=EUR&limit=4", headers=seen)

    assert again.status_code == 304
    skus = [it["sku"] for it in (*page.json()["items"], *rest["items"])]
    assert len(skus) == len(set(skus)) == 10
    assert "nextCursor" not in rest
    assert (lamp["price"], lamp["degraded"]) == (eur("49.99"), [])
    assert [line.get("total") for line in cart["lines"]] == [eur("29.90"), None]
    assert cart["lines"][1]["errors"][0]["pointer"] == "#/lines/1/quantity"
    assert cart["complete"] is False


async def test_a_warehouse_or_an_erp_that_is_down_is_said_and_no_more_is_missing(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("inventory", "*", "error_500", times=40)
    listed = (await web(platform, "GET", "/products?currency=EUR")).json()
    lamp = (await web(platform, "GET", "/products/LAMP-LED-A1?currency=EUR")).json()
    asked = {"currency": "EUR", "lines": LINES[:1]}
    cart = (await web(platform, "POST", "/cart/availability", json=asked)).json()
    backends.fault("erp", "*", "error_500", times=40)
    nothing = await web(platform, "GET", "/products?currency=EUR&q=never-asked-before")

    gone = [{"part": "availability", "source": "inventory", "reason": "failed"}]
    assert [it["degraded"] for it in (listed, lamp, cart)] == [gone, gone, gone]
    assert lamp == {
        "sku": "LAMP-LED-A1",
        "name": "LED desk lamp",
        "price": eur("49.99"),
        "degraded": gone,
        "kept": [],
    }
    assert "complete" not in cart
    assert nothing.status_code == 502
    assert nothing.headers["content-type"] == "application/problem+json"


async def test_an_order_that_is_placed_at_once_says_where_it_is(
    platform: Deployment, key: str, order: dict[str, Any]
) -> None:
    before = order["id"]
    reply = await platform.checkout(key, CART)
    again = await platform.checkout(key, CART)

    order = reply.json()
    assert (reply.status_code, order["status"], order["atRest"]) == (201, "placed", True)
    assert reply.headers["location"] == order["links"]["self"] == f"{PREFIX}/orders/{order['id']}"
    assert again.headers["location"] == reply.headers["location"]
    assert again.content == reply.content
    looked_at = await web(platform, "GET", reply.headers["location"])
    assert looked_at.json() == order
    listed = (await web(platform, "GET", "/orders?limit=1")).json()
    shown = {name: order[name] for name in ("id", "status", "atRest", "total", "placedAt", "links")}
    assert listed["items"] == [shown]
    older = (await web(platform, "GET", f"/orders?limit=1&cursor={listed['nextCursor']}")).json()
    assert [it["id"] for it in older["items"]] == [before]
    somebody = {"authorization": f"Bearer {forged(platform, sub=f'C-{key}')}"}
    others = await web(platform, "GET", "/orders", headers=somebody)
    assert others.json() == {"items": []}


async def test_a_slow_order_is_202_and_its_status_url_leads_to_the_end(
    platform: Deployment, backends: Backends, key: str
) -> None:
    slow(backends, *ORDERING)

    reply = await platform.checkout(key, CART, headers=SHORT)
    early = await platform.checkout(key, CART, headers=SHORT)
    order = reply.json()

    assert (reply.status_code, order["status"], order["atRest"]) == (202, "placing", False)
    where = reply.headers["location"]
    assert where == order["links"]["self"]
    if early.status_code == 409:  # it may be placed by then
        assert early.json()["instance"] == where
    placed = await until(platform, where, lambda it: it["atRest"])
    assert (placed["status"], placed["total"]) == ("placed", TOTAL)
    assert placed["history"][-1]["what"] == "Order confirmed"


async def test_an_order_is_told_as_it_changes_and_the_stream_ends_with_it(
    platform: Deployment, backends: Backends, key: str
) -> None:
    slow(backends, *ORDERING)
    order = (await platform.checkout(key, CART, headers=SHORT)).json()

    async with following(platform, order["links"]["events"]) as events:
        told = [event async for event in events]
    last_id, last = told[-1]
    first_id, _ = told[0]
    async with following(platform, order["links"]["events"], **{"last-event-id": last_id}) as more:
        nothing = [event async for event in more]
    async with following(platform, order["links"]["events"], **{"last-event-id": first_id}) as more:
        missed = [event async for event in more]

    assert told[0][1]["status"] == "placing"
    assert (last["status"], last["atRest"]) == ("placed", True)
    assert len({event_id for event_id, _ in told}) == len(told) > 1
    assert last == (await web(platform, "GET", order["links"]["self"])).json()
    assert nothing == []
    assert missed == [(last_id, last)]
    strange = await web(platform, "GET", order["links"]["events"], client="bruno")
    assert strange.status_code == 404


async def test_an_order_has_its_invoice_once_there_is_one(
    platform: Deployment, backends: Backends, key: str, order: dict[str, Any]
) -> None:
    path = f"{order['links']['self']}/invoice"

    reply = await web(platform, "GET", path)
    strange = await web(platform, "GET", path, client="bruno")
    backends.fault("erp", "GetInvoice", "error_500", times=10)
    down = await web(platform, "GET", path)
    backends.calm()
    slow(backends, *ORDERING)
    young = (await platform.checkout(key, CART, headers=SHORT)).json()
    none_yet = await web(platform, "GET", f"{young['links']['self']}/invoice")

    invoice = reply.json()
    assert reply.status_code == 200, reply.text
    assert (invoice["orderId"], invoice["total"]) == (order["id"], TOTAL)
    assert invoice["tax"] == order["tax"]
    assert {line["sku"]: line["quantity"] for line in invoice["lines"]} == CART
    assert strange.status_code == 404
    assert down.status_code == 502, down.text
    assert none_yet.status_code == 404
    assert none_yet.json()["type"] == "urn:strata:problem:no-invoice"
    await until(platform, young["links"]["self"], lambda it: it["atRest"])


async def test_what_is_given_back_is_refunded_and_can_be_looked_at(
    platform: Deployment, backends: Backends, key: str, order: dict[str, Any]
) -> None:
    path = f"{order['links']['self']}/returns"
    one_lamp = {"reason": "too bright", "lines": [{"sku": "LAMP-LED-A1", "quantity": 1}]}

    def back(name: str, body: Any, **headers: str) -> Any:
        sent = {"idempotency-key": f"{key}-{name}", **headers}
        return web(platform, "POST", path, json=body, headers=sent)

    reply = await back("lamp", one_lamp)
    too_much = await back("again", one_lamp)
    slow(backends, ("payments", "*"), ("inventory", "*"))
    later = await back("rest", {"reason": "all of it"}, **SHORT)

    lamp = reply.json()
    assert (reply.status_code, lamp["status"], lamp["refund"]) == (201, "returned", eur("49.99"))
    assert reply.headers["location"] == lamp["links"]["self"]
    assert (await web(platform, "GET", lamp["links"]["self"])).json() == lamp
    assert too_much.status_code == 409
    assert too_much.json()["errors"][0]["pointer"] == "#/lines/0/quantity"
    assert too_much.json()["instance"].startswith(f"{path}/")
    assert (later.status_code, later.json()["status"]) == (202, "returning"), later.text
    rest = await until(platform, later.headers["location"], lambda it: it["status"] != "returning")
    assert rest["refund"] == eur("29.90")
    whole = (await web(platform, "GET", order["links"]["self"])).json()
    assert (whole["status"], whole["atRest"]) == ("returned", True)
    listed = (await web(platform, "GET", path)).json()["items"]
    assert [it["status"] for it in listed] == ["returned", "failed", "returned"]
    assert listed[1]["failure"]


async def test_a_cancellation_that_takes_its_time_is_202_with_its_location(
    platform: Deployment, backends: Backends, order: dict[str, Any]
) -> None:
    slow(backends, ("erp", "*"), ("payments", "*"))

    reply = await web(platform, "POST", f"{order['links']['self']}/cancel", headers=SHORT)

    assert (reply.status_code, reply.json()["atRest"]) == (202, False), reply.text
    assert reply.headers["location"] == order["links"]["self"]
    ended = await until(platform, reply.headers["location"], lambda it: it["atRest"])
    assert ended["status"] == "cancelled"
