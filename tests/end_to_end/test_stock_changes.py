"""The stock feed through its front door: real stock, real outages, a real restart."""

from typing import Any
from uuid import uuid4

import pytest

from tests.end_to_end.backends import Backends
from tests.end_to_end.deployment import Deployment
from tests.end_to_end.shopping import PRODUCTS, ask, changes, hold

API = "process/catalogue"


@pytest.fixture
def name() -> str:
    return f"feed-{uuid4().hex[:12]}"


def told(page: dict[str, Any]) -> dict[str, int | None]:
    return {it["sku"]: it.get("available") for it in page["items"]}


async def test_everything_first_page_by_page_then_what_changed(
    platform: Deployment, name: str
) -> None:
    page = await changes(platform, limit=4)
    seen = told(page)
    assert (page["full"], page["more"]) == (True, True)
    while page["more"]:
        page = await changes(platform, page["next"], limit=4)
        assert not page["full"]
        seen |= told(page)
    there = seen["CBL-USBC-2M"]
    assert there is not None

    await hold(platform, name, "CBL-USBC-2M", 2)
    changed = await changes(platform, page["next"])

    assert set(seen) == set(PRODUCTS)
    assert (told(changed), changed["full"]) == ({"CBL-USBC-2M": there - 2}, False)
    assert told(await changes(platform, changed["next"])) == {}


async def test_a_product_that_went_away_is_told_once_and_so_is_its_return(
    platform: Deployment, backends: Backends
) -> None:
    token = (await changes(platform))["next"]
    backends.control("erp", "materials", {"MatNo": "CAM-1080P", "Active": "N"})
    try:
        gone = await changes(platform, token)
    finally:
        backends.control("erp", "materials", {"MatNo": "CAM-1080P", "Active": "Y"})
    back = await changes(platform, gone["next"])

    assert gone["items"] == [{"sku": "CAM-1080P", "removed": True}]
    assert back["items"] == [{"sku": "CAM-1080P", "available": 0, "removed": False}]


async def test_a_token_outlives_a_kill(platform: Deployment, name: str) -> None:
    token = (await changes(platform))["next"]
    await hold(platform, name, "MS-ERGO-01")

    platform.kill(API)
    platform.restart(API)
    page = await changes(platform, token)

    assert (page["full"], set(told(page))) == (False, {"MS-ERGO-01"})


async def test_a_token_nobody_gave_starts_over(platform: Deployment) -> None:
    page = await changes(platform, "what-is-this")

    assert page["full"]
    assert set(told(page)) == set(PRODUCTS)


@pytest.mark.parametrize(
    ("backend", "operation"), [("erp", "ListMaterials"), ("inventory", "listStock")]
)
@pytest.mark.parametrize(("kind", "status"), [("error_500", 502), ("html", 502), ("delay", 504)])
async def test_an_outage_is_said_and_takes_nothing_away(
    platform: Deployment,
    backends: Backends,
    name: str,
    backend: str,
    operation: str,
    kind: str,
    status: int,
) -> None:
    token = (await changes(platform))["next"]
    await hold(platform, name, "MS-ERGO-01")
    backends.fault(
        backend, operation, kind, times=20, **({"seconds": 5} if kind == "delay" else {})
    )

    during = await ask(platform, "/stock-changes", params={"since": token})
    backends.mend()
    after = await changes(platform, token)

    assert during.status_code == status, during.text
    assert (set(told(after)), after["full"]) == ({"MS-ERGO-01"}, False)
