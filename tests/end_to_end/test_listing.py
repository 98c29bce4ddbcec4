"""The orders of a customer, page by page, while new ones arrive."""

from typing import Any

import pytest

from tests.end_to_end.deployment import Deployment

CABLE = {"CBL-USBC-2M": 1}
CUSTOMER = "C-1002"


async def page(platform: Deployment, **asked: Any) -> Any:
    return await platform.call(
        "GET",
        "process/orders",
        "/orders",
        client="backoffice",
        params={"customerId": CUSTOMER, **asked},
    )


async def ordered(platform: Deployment, key: str) -> str:
    return str((await platform.checkout(key, CABLE, client="bruno")).json()["id"])


async def test_every_order_is_seen_once_though_new_ones_arrive(
    platform: Deployment, key: str
) -> None:
    mine = [await ordered(platform, f"{key}-{number}") for number in range(5)]

    seen: list[str] = []
    late, cursor = 0, None
    while not seen or cursor:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = (await page(platform, **asked)).json()
        seen += [order["id"] for order in answer["items"]]
        assert len(answer["items"]) == 2 or "nextCursor" not in answer
        cursor = answer.get("nextCursor")
        late += 1
        await ordered(platform, f"{key}-late-{late}")

    assert seen[:5] == mine[::-1]
    assert len(seen) == len(set(seen))
    everything = (await page(platform, limit=100)).json()
    assert [order["id"] for order in everything["items"]][late:] == seen
    assert "nextCursor" not in everything


@pytest.mark.parametrize("cursor", ["nonsense", "b3JkX25vbmU", "%00", "a"])
async def test_a_cursor_that_is_none_is_pointed_at(platform: Deployment, cursor: str) -> None:
    reply = await page(platform, cursor=cursor)

    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (400, "urn:strata:problem:invalid-parameter")
    assert [(e["parameter"], e["in"]) for e in problem["errors"]] == [("cursor", "query")]


async def test_a_cursor_of_another_customers_list_is_none(platform: Deployment, key: str) -> None:
    for number in range(2):
        await ordered(platform, f"{key}-{number}")
    cursor = (await page(platform, limit=1)).json()["nextCursor"]

    reply = await page(platform, cursor=cursor, customerId="C-1001")

    assert reply.status_code == 400, reply.text
