"""A partner's calls are counted, whatever happens to who counts them, and no more than its quota let in."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
from lxml import etree

from tests.end_to_end.deployment import SMALL_QUOTA, Deployment

PARTNER = "experience/partner"
LIMITED = {"ratelimit-policy", "ratelimit"}


async def orders(platform: Deployment, client: str | None = "partner-small") -> httpx.Response:
    return await platform.call("GET", PARTNER, "/orders", client=client)


async def usage(platform: Deployment, client: str = "partner-small") -> list[dict[str, Any]]:
    answer = await platform.call("GET", PARTNER, "/usage", client=client)
    assert answer.status_code == 200, answer.text
    assert not LIMITED & answer.headers.keys()
    periods: list[dict[str, Any]] = answer.json()["periods"]
    return periods


def left(headers: Mapping[str, str]) -> str:
    return headers["ratelimit"].split(";t=")[0]


async def test_a_partner_has_its_quota_and_no_more(platform: Deployment) -> None:
    today, yesterday, month, last_month = await usage(platform)
    assert today["quota"].pop("resetsAt") == today["ends"]
    assert today["quota"] == {"limit": SMALL_QUOTA, "used": 0, "remaining": SMALL_QUOTA}
    assert today["calls"] == yesterday["calls"] == month["calls"] == last_month["calls"] == 0

    first = await orders(platform)
    assert first.status_code == 200
    assert first.headers["ratelimit-policy"] == f'"day";q={SMALL_QUOTA};w=86400'
    assert left(first.headers) == f'"day";r={SMALL_QUOTA - 1}'
    missing = await platform.call("GET", PARTNER, f"/orders/ord_{'0' * 20}", client="partner-small")
    assert (missing.status_code, left(missing.headers)) == (404, f'"day";r={SMALL_QUOTA - 2}')
    malformed = await platform.call("GET", PARTNER, "/orders?limit=x", client="partner-small")
    assert (malformed.status_code, left(malformed.headers)) == (400, f'"day";r={SMALL_QUOTA - 3}')
    assert (await orders(platform, client=None)).status_code == 401, "nobody's"

    platform.kill(PARTNER)
    platform.restart(PARTNER)
    for used in range(4, SMALL_QUOTA + 1):
        assert left((await orders(platform)).headers) == f'"day";r={SMALL_QUOTA - used}'
    await refused(platform)

    today, _, month, _ = await usage(platform)
    assert (today["calls"], today["quota"]["remaining"]) == (SMALL_QUOTA, 0)
    assert month["calls"] == SMALL_QUOTA
    assert "quota" not in month
    assert today["operations"] == [
        {"operation": "getOrder", "calls": 1},
        {"operation": "listOrders", "calls": SMALL_QUOTA - 1},
    ]
    free = await orders(platform, "partner-north")
    assert free.status_code == 200
    assert not LIMITED & free.headers.keys(), "it has no quota"
    in_xml = await platform.call(
        "GET", PARTNER, "/usage", client="partner-north", headers={"accept": "application/xml"}
    )
    assert etree.fromstring(in_xml.content).findtext("period[1]/kind") == "day"
    if platform.split:
        await shared_with_a_replica(platform)


async def refused(platform: Deployment) -> None:
    answer = await orders(platform)
    assert answer.status_code == 429
    problem = answer.json()
    assert problem["type"] == "urn:strata:problem:quota-exceeded"
    assert answer.headers["retry-after"] == str(problem["retryAfter"])
    assert left(answer.headers) == '"day";r=0'
    headers = {"accept": "application/xml"}
    in_xml = await platform.call("GET", PARTNER, "/orders", client="partner-small", headers=headers)
    assert in_xml.status_code == 429
    assert in_xml.headers["content-type"] == "application/problem+xml"


async def shared_with_a_replica(platform: Deployment) -> None:
    """Both count on what the other has counted."""
    before = (await usage(platform, "partner-south"))[0]["calls"]
    token = {"authorization": f"Bearer {platform.token('partner-south')}"}
    small = {"authorization": f"Bearer {platform.token('partner-small')}"}
    with platform.replica(PARTNER) as url:
        async with httpx.AsyncClient(base_url=f"{url}/{PARTNER}/v1", timeout=30) as other:
            assert (await other.get("/orders", headers=small)).status_code == 429
            for _ in range(2):
                assert (await orders(platform, "partner-south")).status_code == 200
                assert (await other.get("/orders", headers=token)).status_code == 200
            found, deadline = 0, time.monotonic() + 20
            while found != before + 4:  # the first process tells it within a moment
                assert time.monotonic() < deadline, found
                found = (await other.get("/usage", headers=token)).json()["periods"][0]["calls"]
    assert (await usage(platform, "partner-south"))[0]["calls"] == before + 4
