"""Bulks through the partner's door: each order answered on its own, placed once, whatever happens."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.end_to_end.backends import WAREHOUSE, Backends
from tests.end_to_end.bulks import (
    SOUTH,
    Order,
    ask,
    completed,
    lines_of,
    order,
    pointers,
    progress,
    send,
    send_xml,
)
from tests.end_to_end.deployment import Deployment

SKUS = ("CBL-USBC-2M", "LAMP-LED-A1", "MS-ERGO-01")


@pytest.fixture
def mark() -> str:
    """What no other reference begins with."""
    return uuid4().hex[:12]


def changed(member: str, value: Any) -> Callable[[Order], Order]:
    return lambda of: {**of, member: value}


def without(member: str) -> Callable[[Order], Order]:
    return lambda of: {name: value for name, value in of.items() if name != member}


def line(sku: str = "LAMP-LED-A1", quantity: Any = 1) -> list[dict[str, Any]]:
    return [{"sku": sku, "quantity": quantity}]


BAD: list[tuple[Callable[[Order], Order], str]] = [
    (changed("colour", "red"), "/colour"),
    (changed("lines", line(quantity="two")), "/lines/0/quantity"),
    (changed("lines", line(sku="NOT A SKU")), "/lines/0/sku"),
    (changed("lines", line(quantity=0)), "/lines/0/quantity"),
    (without("currency"), "/currency"),
    (changed("lines", []), "/lines"),
    (changed("whenShort", "perhaps"), "/whenShort"),
    (changed("reference", "not a reference"), "/reference"),
    (changed("lines", line(sku="NOBODY-HAS-IT")), "/lines/0/sku"),
    (changed("expectedTotal", {"amount": "1.00", "currency": "EUR"}), "/expectedTotal"),
]
"""Ten ways; the last two only the ERP knows to be bad."""


def a_bulk(mark: str, size: int, bad_every: int) -> tuple[list[Order], dict[int, str]]:
    """Orders, and of the bad ones the pointer by place."""
    orders = [order(f"{mark}-{n}", SKUS[n % 3]) for n in range(size)]
    places = range(bad_every // 2, size, bad_every)
    expected = {}
    for number, place in enumerate(places):
        spoil, pointer = BAD[number % len(BAD)]
        orders[place], expected[place] = spoil(orders[place]), f"#/orders/{place}{pointer}"
    return orders, expected


def stocked(backends: Backends, mark: str) -> None:
    lines = [{"article": sku, "qty": 400} for sku in SKUS]
    url = f"{backends.urls['inventory']}/receipts/{mark}"
    assert httpx.put(url, json={"lines": lines}, headers=WAREHOUSE).status_code == 201


PARTNERS = {"C-1006", "C-1008"}


class Books:
    """What has been ordered and charged since the test began."""

    def __init__(self, backends: Backends) -> None:
        self.backends = backends
        self.before = Counter[str](), Counter[str]()
        self.before = self.now()

    def now(self) -> tuple[Counter[str], Counter[str]]:
        """Confirmed orders and captured charges, by the id of our order; not those of other customers,
        whose orders of an earlier test may still be under way."""
        orders = self.backends.state("erp")["orders"]
        others = {o["ExtRef"] for o in orders if o["CustNo"] not in PARTNERS}
        mine = [o["ExtRef"] for o in orders if o["ExtRef"] not in others and o["Status"] == "20"]
        intents = self.backends.state("payments")["intents"]
        intents = [it for it in intents if it["metadata"]["reference"] not in others]
        assert not any(it["amount_capturable"] for it in intents)
        charged = (it["metadata"]["reference"] for it in intents if it["amount_received"])
        ordered_before, charged_before = self.before
        return Counter(mine) - ordered_before, Counter(charged) - charged_before

    def assert_once_each(self, lines: list[dict[str, Any]]) -> None:
        """The orders of the lines that were placed, each once, and nothing else."""
        ids = Counter(it["orderId"] for it in lines if it["outcome"] == "placed")
        assert set(ids.values()) <= {1}
        assert self.now() == (ids, ids)


@pytest.fixture
def books(backends: Backends) -> Books:
    return Books(backends)


def answers(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (it["outcome"], it.get("orderId"), pointers(it) if "problem" in it else None)
        for it in lines
    ]


@pytest.mark.timeout(600)
async def test_a_thousand_orders_of_which_thirty_are_bad(
    platform: Deployment, backends: Backends, books: Books, mark: str
) -> None:
    if platform.split:
        pytest.skip("once is enough: what differs when split is tested with smaller ones")
    stocked(backends, mark)
    orders, bad = a_bulk(mark, 1000, 33)
    assert len(bad) == 30

    reply = await send(platform, f"{mark}-bulk", orders)

    assert reply.status_code == 202, reply.text
    assert reply.headers["location"].endswith(f"/bulk-orders/{reply.json()['id']}")
    ended = await completed(platform, reply.json()["id"], seconds=400)
    assert [ended[it] for it in ("total", "done", "placed", "failed")] == [1000, 1000, 970, 30]
    lines = await lines_of(platform, ended["id"], limit=100)
    assert {it["place"]: pointers(it) for it in lines if it["outcome"] == "failed"} == {
        place: [pointer] for place, pointer in bad.items()
    }
    books.assert_once_each(lines)

    again = await send(platform, f"{mark}-bulk", orders)

    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == ended

    backends.calm()
    other = await send_xml(platform, f"{mark}-xml", orders)

    assert other.status_code == 202, other.text
    assert other.json()["id"] != ended["id"]
    await completed(platform, other.json()["id"], seconds=400)
    assert answers(await lines_of(platform, other.json()["id"], limit=100)) == answers(lines)
    assert backends.changes() == []


async def test_every_line_is_answered_and_can_be_looked_up(
    platform: Deployment, books: Books, mark: str
) -> None:
    orders, bad = a_bulk(mark, 20, 4)
    twice, declined = order(f"{mark}-1", "MS-ERGO-01", 2), {"token": "pm_card_chargeDeclined"}
    orders += [twice, order(f"{mark}-card", payment=declined)]
    expected = bad | {21: "#/orders/21/payment/token"}
    expected |= {place: f"#/orders/{place}/reference" for place in (1, 20)}

    bulk_id = (await send(platform, f"{mark}-bulk", orders)).json()["id"]
    ended = await completed(platform, bulk_id)

    lines = await lines_of(platform, bulk_id, limit=7)
    assert [it["place"] for it in lines] == list(range(22))
    failed = await lines_of(platform, bulk_id, outcome="failed", limit=3)
    assert {it["place"]: pointers(it)[0] for it in failed} == expected
    assert [it for it in lines if it["outcome"] == "failed"] == failed
    assert (ended["placed"], ended["failed"], ended["running"]) == (14, 8, 0)
    books.assert_once_each(lines)
    here = f"/experience/partner/v1/orders/{lines[21]['orderId']}"
    assert lines[21]["problem"]["instance"] == here

    for path in ("", "/lines"):
        reply = await ask(platform, "GET", f"/bulk-orders/{bulk_id}{path}", client=SOUTH)
        assert reply.status_code == 404
    wrong = await ask(platform, "GET", f"/bulk-orders/{bulk_id}/lines?cursor=x")
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (400, "cursor")


async def test_a_reference_names_one_order_of_a_partner(platform: Deployment, mark: str) -> None:
    first = await ask(platform, "POST", "/orders", json=order(mark))
    again = await ask(platform, "POST", "/orders", json=order(mark))
    souths = await ask(platform, "POST", "/orders", json=order(mark), client=SOUTH)

    assert (first.status_code, again.status_code, souths.status_code) == (201, 201, 201)
    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    assert souths.json()["id"] != first.json()["id"]
    stolen = await ask(platform, "GET", f"/orders/{first.json()['id']}", client=SOUTH)
    assert stolen.status_code == 404

    other = await ask(platform, "POST", "/orders", json=order(mark, quantity=2))
    assert (other.status_code, other.json()["type"]) == (409, "urn:strata:problem:reference-taken")
    orders = [order(mark), order(f"{mark}-other"), order(mark, quantity=2)]
    bulk_id = (await send(platform, f"{mark}-one", orders[:2])).json()["id"]
    await completed(platform, bulk_id)
    lines = await lines_of(platform, bulk_id)
    assert lines[0]["orderId"] == first.json()["id"]

    bulk_id = (await send(platform, f"{mark}-two", orders[1:])).json()["id"]
    await completed(platform, bulk_id)
    [known, taken] = await lines_of(platform, bulk_id)
    assert known == lines[1] | {"place": 0}
    assert pointers(taken) == ["#/orders/1/reference"]


async def test_a_line_is_an_order_with_its_reference_or_a_refusal(platform: Deployment) -> None:
    good = {name: value for name, value in order("PO").items() if name != "reference"}
    no = {"type": "about:blank", "title": "No", "status": 422}
    lines = [{}, {"order": good}, {"reference": "PO", "order": good, "refused": no}]
    headers = {"idempotency-key": "bulk-of-unfit-lines"}
    bulk = {"customerId": "C-1008", "lines": [*lines, {"reference": "PO", "order": good}]}

    reply = await platform.call(
        "POST", "process/orders", "/bulk-orders", client="backoffice", json=bulk, headers=headers
    )

    assert reply.status_code == 422
    assert [it["pointer"] for it in reply.json()["errors"]] == [f"#/lines/{n}" for n in range(3)]


async def test_what_failed_through_us_is_tried_anew_under_its_reference(
    platform: Deployment, backends: Backends, books: Books, mark: str
) -> None:
    backends.fault("erp", "GetPrice", "error_500", times=20)
    failed = await ask(platform, "POST", "/orders", json=order(mark))
    assert failed.status_code >= 500
    backends.mend()

    placed = await ask(platform, "POST", "/orders", json=order(mark))

    assert placed.status_code == 201, placed.text
    books.assert_once_each([{"outcome": "placed", "orderId": placed.json()["id"]}])


async def test_orders_wait_while_a_backend_is_away(
    platform: Deployment, backends: Backends, books: Books, mark: str
) -> None:
    backends.fault("erp", "CreateSalesOrder", "error_500", times=30)

    orders = [order(f"{mark}-{n}") for n in range(20)]
    bulk_id = (await send(platform, f"{mark}-bulk", orders)).json()["id"]

    assert (await completed(platform, bulk_id))["placed"] == 20
    books.assert_once_each(await lines_of(platform, bulk_id, limit=100))


@pytest.mark.once
async def test_a_bulk_goes_on_after_kill_minus_nine(
    platform: Deployment, backends: Backends, books: Books, mark: str
) -> None:
    stocked(backends, mark)
    orders = [order(f"{mark}-{n}") for n in range(60)]
    bulk_id = (await send(platform, f"{mark}-bulk", orders)).json()["id"]
    before = await completed(platform, bulk_id, placed=10)
    assert before["status"] == "running"

    platform.kill()
    platform.restart()

    assert (await progress(platform, bulk_id))["placed"] >= before["placed"]
    await completed(platform, bulk_id)
    lines = await lines_of(platform, bulk_id, limit=100)
    assert [line for line in lines if line["outcome"] != "placed"] == []
    assert len(lines) == 60
    books.assert_once_each(lines)
