"""Prices and tax, line by line, are the ERP's, those the customer was shown, and what was entered."""

from typing import Any

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.orders import id_in

CABLES = {"CBL-USBC-2M": 3, "LAMP-LED-A1": 1}
CABLES_MINOR = 3 * 1495 + 4999


def euro(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


async def test_each_line_says_its_price_its_tax_and_its_total(
    platform: Deployment, backends: Backends, key: str
) -> None:
    order = (await platform.checkout(key, CABLES)).json()

    assert order["lines"] == [
        {
            "sku": "CBL-USBC-2M",
            "quantity": 3,
            "supplied": 3,
            "unitPrice": euro("14.95"),
            "tax": euro("8.97"),
            "total": euro("44.85"),
        },
        {
            "sku": "LAMP-LED-A1",
            "quantity": 1,
            "supplied": 1,
            "unitPrice": euro("49.99"),
            "tax": euro("10.00"),
            "total": euro("49.99"),
        },
    ]
    assert (order["total"], order["tax"]) == (euro("94.84"), euro("18.97"))
    backends.assert_complete(order["id"], CABLES_MINOR)


async def test_the_prices_that_were_shown_are_those_that_are_charged(
    platform: Deployment, backends: Backends, key: str
) -> None:
    lines = [{"sku": "LAMP-LED-A1", "quantity": 2, "unitPrice": euro("49.99")}]
    also = {"lines": lines, "expectedTotal": euro("99.980")}

    order = (await platform.checkout(key, {}, also=also)).json()

    backends.assert_complete(order["id"], 9998)


async def test_a_long_order_asks_for_each_price_once(
    platform: Deployment, backends: Backends, key: str
) -> None:
    line = [{"sku": "LAMP-LED-A1", "quantity": 1}, {"sku": "CBL-USBC-2M", "quantity": 1}]

    reply = await platform.checkout(key, {}, also={"lines": line * 50})

    assert reply.status_code == 201, reply.text
    assert len(reply.json()["lines"]) == 100
    assert backends.calls("erp").count("GetPrice") == 2


@pytest.mark.parametrize(
    ("shown", "total", "pointers"),
    [
        (euro("49.98"), euro("64.94"), ["#/lines/1/unitPrice"]),
        (None, euro("64.93"), ["#/expectedTotal"]),
        (None, {"amount": "64.94", "currency": "USD"}, ["#/expectedTotal"]),
        (euro("50.00"), euro("64.95"), ["#/lines/1/unitPrice", "#/expectedTotal"]),
    ],
)
async def test_another_price_than_was_shown_is_pointed_at_and_nothing_is_done(
    platform: Deployment,
    backends: Backends,
    key: str,
    shown: dict[str, str] | None,
    total: dict[str, str],
    pointers: list[str],
) -> None:
    lamp: dict[str, Any] = {"sku": "LAMP-LED-A1", "quantity": 1}
    lines = [{"sku": "CBL-USBC-2M", "quantity": 1}, lamp | ({"unitPrice": shown} if shown else {})]

    reply = await platform.checkout(key, {}, also={"lines": lines, "expectedTotal": total})

    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (409, "urn:strata:problem:price-changed")
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert backends.changes() == []


async def test_what_the_erp_makes_of_it_is_checked_before_the_money_is_taken(
    platform: Deployment, backends: Backends, key: str
) -> None:
    backends.control("erp", "surcharge", "0.01")
    try:
        reply = await platform.checkout(key, CABLES)
    finally:
        backends.control("erp", "surcharge", "0.00")

    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (502, "urn:strata:problem:total-differs")
    assert problem["detail"] == "94.85 EUR in the ERP, 94.84 EUR here"
    backends.assert_nothing_left_of(id_in(problem))
    assert backends.erp_order(id_in(problem)) is not None  # it had been entered, and is cancelled
    assert "captureIntent" not in backends.calls("payments")
