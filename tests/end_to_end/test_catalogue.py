"""What can be bought: honest prices, honest stock, and honest about what is missing."""

import asyncio
from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.shopping import BAD_DAYS, PRODUCTS, ask, eur

bad_days = pytest.mark.parametrize(
    ("kind", "options", "said"), BAD_DAYS, ids=[kind for kind, _, _ in BAD_DAYS]
)


async def test_the_list_has_every_product_once_with_price_and_stock(
    platform: Deployment, backends: Backends
) -> None:
    found, cursor = list[dict[str, Any]](), None
    while True:
        params = {"currency": "EUR", "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await ask(platform, "/products", params=params)).json()
        assert page["degraded"] == []
        assert len(page["items"]) <= 3
        found += page["items"]
        if (cursor := page.get("nextCursor")) is None:
            break

    assert [it["sku"] for it in found] == sorted(PRODUCTS)
    for it in found:
        seed = PRODUCTS[it["sku"]]
        on_hand, held, committed = backends.stock(it["sku"])
        assert (it["name"], it["price"]) == (seed["name"], eur(seed["price"]))
        assert it["available"] == on_hand - held - committed or committed  # committed may have left


async def test_what_is_searched_for_is_found(platform: Deployment) -> None:
    page = (await ask(platform, "/products?currency=EUR&q=keyBOARD")).json()

    assert [it["sku"] for it in page["items"]] == ["KB-ANSI-US", "KB-ISO-DE"]


async def test_in_a_currency_it_is_not_sold_in_a_product_is_listed_without_a_price(
    platform: Deployment,
) -> None:
    page = (await ask(platform, "/products?currency=USD&q=LED")).json()

    assert [it["sku"] for it in page["items"]] == ["LAMP-LED-A1"]
    assert "price" not in page["items"][0]
    assert page["degraded"] == []


async def test_what_is_not_sold_any_more_is_neither_listed_nor_found(
    platform: Deployment, backends: Backends
) -> None:
    backends.control("erp", "materials", {"MatNo": "CAM-1080P", "Active": "N"})
    try:
        page = (await ask(platform, "/products?currency=EUR&q=WEBCAM")).json()
        async with asyncio.timeout(40):  # a price once asked for is told for half a minute
            while (reply := await ask(platform, "/products/CAM-1080P?currency=EUR")).is_success:  # noqa: ASYNC110
                await asyncio.sleep(1)
    finally:
        backends.control("erp", "materials", {"MatNo": "CAM-1080P", "Active": "Y"})

    assert page["items"] == []
    assert reply.status_code == 404


@bad_days
async def test_without_the_warehouse_the_list_says_that_stock_is_missing(
    platform: Deployment,
    backends: Backends,
    kind: str,
    options: dict[str, Any],
    said: dict[str, Any],
) -> None:
    backends.fault("inventory", "listStock", kind, times=20, **options)

    page = (await ask(platform, "/products?currency=EUR&q=chair")).json()

    missing = {"part": "availability", "source": "inventory", **said}
    assert page["degraded"] == [missing]
    assert page["items"] == [
        {"sku": "CHAIR-MESH", "name": "Mesh office chair", "price": eur("459.00")}
    ]


@pytest.mark.parametrize(
    ("kind", "status"), [("error_500", 502), ("html", 502), ("too_many_requests", 503)]
)
async def test_without_the_erp_there_is_no_list_and_nothing_else_is_made_of_it(
    platform: Deployment, backends: Backends, kind: str, status: int
) -> None:
    backends.fault("erp", "ListMaterials", kind, times=20)

    reply = await ask(platform, f"/products?currency=EUR&q={kind}")

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"


async def test_a_product_says_what_it_costs_and_how_much_there_is(platform: Deployment) -> None:
    reply = await ask(platform, "/products/CBL-USBC-2M?currency=EUR")

    product = reply.json()
    assert reply.status_code == 200
    assert (product["name"], product["price"]) == ("USB-C cable, 2 m", eur("14.95"))
    assert product["available"] > 0
    assert product["degraded"] == []


async def test_an_answer_the_caller_has_is_not_sent_again(platform: Deployment) -> None:
    first = await ask(platform, "/products/MON-27-4K?currency=EUR")
    tag = {"if-none-match": first.headers["etag"]}

    again = await ask(platform, "/products/MON-27-4K?currency=EUR", headers=tag)

    assert (again.status_code, again.content) == (304, b"")


@bad_days
async def test_without_the_erp_a_product_has_its_stock_and_says_that_its_price_is_missing(
    platform: Deployment,
    backends: Backends,
    kind: str,
    options: dict[str, Any],
    said: dict[str, Any],
) -> None:
    # Of no other test: a price once known is told for an hour without the ERP.
    backends.fault("erp", "GetPrice", kind, times=20, **options)

    product = (await ask(platform, "/products/DESK-SIT-160?currency=EUR")).json()

    assert product.pop("degraded") == [{"part": "price", "source": "erp", **said}]
    assert product == {"sku": "DESK-SIT-160", "available": 4, "kept": []}


async def test_without_the_warehouse_a_product_has_its_price(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("inventory", "listStock", "error_500", times=20)

    product = (await ask(platform, "/products/MS-ERGO-01?currency=EUR")).json()

    assert [it["part"] for it in product["degraded"]] == ["availability"]
    assert product["price"] == eur("64.90")
    assert "available" not in product


async def test_with_neither_there_is_no_answer_that_looks_like_one(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("inventory", "listStock", "error_500", times=20)
    backends.fault("erp", "GetPrice", "error_500", times=20)

    reply = await ask(platform, "/products/DESK-SIT-160?currency=EUR")

    assert (reply.status_code, reply.json()["type"]) == (502, "urn:strata:problem:backend-error")


async def test_silence_of_both_leaves_time_to_say_so(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("inventory", "listStock", "delay", times=20, seconds=5)
    headers = {"x-request-timeout-ms": "1500"}

    reply = await ask(platform, "/products?currency=EUR&q=dock", headers=headers)

    assert reply.status_code == 200, reply.text
    assert [it["reason"] for it in reply.json()["degraded"]] == ["no-answer"]


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/products", 400, "currency"),
        ("/products?currency=euro", 400, "currency"),
        ("/products?currency=EUR&limit=101", 400, "limit"),
        ("/products?currency=EUR&limit=0", 400, "limit"),
        ("/products?currency=EUR&q=%20", 400, "q"),
        (f"/products?currency=EUR&cursor={'x' * 201}", 400, "cursor"),
        ("/products/MS-ERGO-01", 400, "currency"),
        ("/products/-bad-?currency=EUR", 400, "sku"),
        ("/products/MS-ERGO-01?currency=USD", 422, "currency"),
        ("/stock-changes?limit=501", 400, "limit"),
        (f"/stock-changes?since={'x' * 201}", 400, "since"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_parameter(
    platform: Deployment, path: str, status: int, parameter: str
) -> None:
    reply = await ask(platform, path)

    assert reply.status_code == status, reply.text
    assert [error["parameter"] for error in reply.json()["errors"]] == [parameter]


async def test_a_product_nobody_sells_is_missing(platform: Deployment) -> None:
    reply = await ask(platform, "/products/NO-SUCH?currency=EUR")

    assert reply.status_code == 404


@pytest.mark.parametrize(("client", "status"), [(None, 401), ("ada", 401)])
async def test_it_is_for_those_who_may_read_it(
    platform: Deployment, client: str | None, status: int
) -> None:
    reply = await ask(platform, "/products?currency=EUR", client=client)

    assert reply.status_code == status
