"""Whether a cart can be supplied: every line answered, wrong ones too, and nothing held."""

from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.shopping import BAD_DAYS, cart, eur, post_cart

bad_days = pytest.mark.parametrize(
    ("kind", "options", "said"), BAD_DAYS, ids=[kind for kind, _, _ in BAD_DAYS]
)


async def test_each_line_says_what_there_is_and_what_it_costs(
    platform: Deployment, backends: Backends
) -> None:
    said = await cart(platform, ("MS-ERGO-01", 2), ("LAMP-LED-A1", 3))

    mouse, lamp = said["lines"]
    assert (mouse["unitPrice"], mouse["total"]) == (eur("64.90"), eur("129.80"))
    assert (lamp["unitPrice"], lamp["total"]) == (eur("49.99"), eur("149.97"))
    assert (mouse["sufficient"], lamp["sufficient"], said["complete"]) == (True, True, True)
    assert mouse["available"] > 2
    assert said["total"] == eur("279.77")
    assert said["degraded"] == []
    assert backends.changes() == []


async def test_what_there_is_too_little_of_is_said_and_still_priced(platform: Deployment) -> None:
    said = await cart(platform, ("CAM-1080P", 1), ("MS-ERGO-01", 1))

    camera, mouse = said["lines"]
    assert (camera["available"], camera["sufficient"]) == (0, False)
    assert mouse["sufficient"]
    assert (said["complete"], said["total"]) == (False, eur("143.90"))


async def test_lines_of_one_product_are_supplied_together(platform: Deployment) -> None:
    there = (await cart(platform, ("CHAIR-MESH", 1)))["lines"][0]["available"]

    said = await cart(platform, ("CHAIR-MESH", there), ("CHAIR-MESH", 1))
    enough = await cart(platform, ("CHAIR-MESH", there - 1), ("CHAIR-MESH", 1))

    assert [line["sufficient"] for line in said["lines"]] == [False, False]
    assert enough["complete"]


async def test_each_wrong_line_is_answered_where_it_is_and_the_others_all_the_same(
    platform: Deployment,
) -> None:
    said = await cart(
        platform, ("MS-ERGO-01", 1), ("NO-SUCH", 1), ("-?-", 0), ("MS-ERGO-01", 1000), ("", 1)
    )

    good, unknown, both_wrong, too_many, empty = said["lines"]
    assert (good["sufficient"], good["total"]) == (True, eur("64.90"))
    assert pointers(unknown) == ["#/lines/1/sku"]
    assert pointers(both_wrong) == ["#/lines/2/sku", "#/lines/2/quantity"]
    assert pointers(too_many) == ["#/lines/3/quantity"]
    assert pointers(empty) == ["#/lines/4/sku"]
    assert said["complete"] is False
    assert "total" not in said
    assert "available" not in unknown


async def test_what_is_not_sold_in_the_currency_is_said_line_by_line(platform: Deployment) -> None:
    said = await cart(platform, ("MS-ERGO-01", 1), currency="USD")

    [line] = said["lines"]
    assert line["errors"] == [{"detail": "not sold in USD", "pointer": "#/lines/0/sku"}]


def pointers(line: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in line["errors"]]


@bad_days
async def test_without_the_warehouse_there_are_prices_and_no_promise(
    platform: Deployment,
    backends: Backends,
    kind: str,
    options: dict[str, Any],
    said: dict[str, Any],
) -> None:
    backends.fault("inventory", "listStock", kind, times=20, **options)

    answer = await cart(platform, ("MS-ERGO-01", 1))

    assert answer["degraded"] == [{"part": "availability", "source": "inventory", **said}]
    assert answer["lines"] == [
        {"sku": "MS-ERGO-01", "quantity": 1, "unitPrice": eur("64.90"), "total": eur("64.90")}
    ]
    assert answer["total"] == eur("64.90")
    assert "complete" not in answer


async def test_a_wrong_line_is_wrong_whatever_the_warehouse_says(
    platform: Deployment, backends: Backends
) -> None:
    backends.fault("inventory", "listStock", "error_500", times=20)

    assert (await cart(platform, ("MS-ERGO-01", 0), ("MS-ERGO-01", 1)))["complete"] is False


@bad_days
async def test_without_the_erp_there_is_stock_and_no_price(
    platform: Deployment,
    backends: Backends,
    kind: str,
    options: dict[str, Any],
    said: dict[str, Any],
) -> None:
    backends.fault("erp", "GetPrice", kind, times=20, **options)

    answer = await cart(platform, ("DESK-SIT-160", 1), ("DOCK-TB4", 1))

    assert answer["degraded"] == [{"part": "price", "source": "erp", **said}]
    assert answer["complete"] is True
    assert [line["sufficient"] for line in answer["lines"]] == [True, True]
    assert not any({"unitPrice", "total"} & line.keys() for line in answer["lines"])
    assert "total" not in answer


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"currency": "EUR", "lines": []}, "#/lines"),
        ({"currency": "EUR", "lines": [{"sku": "A", "quantity": 1}] * 101}, "#/lines"),
        ({"currency": "eur", "lines": [{"sku": "A", "quantity": 1}]}, "#/currency"),
        ({"currency": "EUR", "lines": [{"sku": "A"}]}, "#/lines/0/quantity"),
        ({"currency": "EUR", "lines": [{"sku": "A", "quantity": 1.5}]}, "#/lines/0/quantity"),
        ({"currency": "EUR", "lines": [{"sku": "A", "quantity": 10**30}]}, "#/lines/0/quantity"),
        ({"currency": "EUR", "lines": [{"sku": "A", "quantity": 1, "x": 1}]}, "#/lines/0/x"),
    ],
    ids=["empty", "too-long", "currency", "no-quantity", "part", "huge", "more"],
)
async def test_what_is_no_cart_is_refused_by_field(
    platform: Deployment, body: Any, pointer: str
) -> None:
    reply = await post_cart(platform, body)

    assert (reply.status_code, reply.json()["type"]) == (422, "urn:strata:problem:invalid")
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
