"""The screening provider: what it finds, when it says so, and the ways in which it is no help."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

ADA = {"type": "NATURAL_PERSON", "fullName": "Ada Lindqvist", "residence": "SE"}
EXPIRED = {"type": "PASSPORT", "number": "P1", "validUntil": "2001-02-03"}
VALID = {**EXPIRED, "validUntil": "2099-02-03"}
TEHRAN = {"lines": ["1 Vali Asr"], "town": "Tehran", "postcode": "1", "country": "IR"}


@pytest.fixture
async def provider(compliance: AsyncClient) -> AsyncIterator[AsyncClient]:
    """Its checks are done at once, unless a test says otherwise."""
    await run_for(compliance, 0)
    yield compliance
    await run_for(compliance, 2)


@pytest.fixture
def ref() -> str:
    return f"chk-{uuid4().hex}"


async def run_for(provider: AsyncClient, seconds: float) -> None:
    reply = await provider.post("/_sandbox/running-time", json={"seconds": seconds})
    assert reply.status_code == 200


async def create(provider: AsyncClient, ref: str, **other: Any) -> Response:
    body = {"externalReference": ref, "applicant": ADA | other}
    return await provider.post("/v2/checks", json=body)


async def resolve(provider: AsyncClient, check_id: str, verdict: str = "PASS") -> Response:
    body = {"verdict": verdict, "analyst": "ops-7", "note": "looked at it"}
    return await provider.post(f"/v2/checks/{check_id}/resolution", json=body)


@pytest.mark.parametrize(
    ("other", "result", "codes"),
    [
        ({}, "PASS", []),
        ({"identityDocument": VALID}, "PASS", []),
        ({"fullName": "  VASKO  Trendáfil "}, "REFER", ["WATCHLIST_NAME"]),
        ({"fullName": "Vasko Trendafil", "dateOfBirth": "1990-01-01"}, "REFER", ["WATCHLIST_NAME"]),
        ({"fullName": "Vasko Trendafil", "dateOfBirth": "1969-04-12"}, "FAIL", ["WATCHLIST_NAME"]),
        ({"fullName": "Halvard Brink"}, "REFER", ["PEP"]),
        ({"identityDocument": EXPIRED}, "REFER", ["DOC_EXPIRED"]),
        ({"residence": "KP"}, "FAIL", ["GEO_SANCTION"]),
        ({"address": TEHRAN}, "FAIL", ["GEO_SANCTION"]),
        (
            {"fullName": "Halvard Brink", "address": TEHRAN, "identityDocument": EXPIRED},
            "FAIL",
            ["GEO_SANCTION", "PEP", "DOC_EXPIRED"],
        ),
    ],
)
async def test_a_check_finds_what_the_data_says(
    provider: AsyncClient, ref: str, other: dict[str, Any], result: str, codes: list[str]
) -> None:
    check = (await create(provider, ref, **other)).json()

    assert (check["state"], check["result"]) == ("COMPLETED", result)
    assert [alert["code"] for alert in check["alerts"]] == codes


async def test_a_check_runs_for_a_while_and_says_nothing_before_it_is_done(
    provider: AsyncClient, ref: str
) -> None:
    await run_for(provider, 600)
    check = (await create(provider, ref, residence="KP")).json()
    refused = await resolve(provider, check["checkId"])
    await provider.post("/_sandbox/clock", json={"advanceSeconds": 601})
    done = (await provider.get(f"/v2/checks/{check['checkId']}")).json()

    assert (check["state"], check["result"], check["alerts"]) == ("IN_PROGRESS", None, [])
    assert (refused.status_code, refused.json()["reason"]) == (409, "NOT_REFERRED")
    assert (done["state"], done["result"]) == ("COMPLETED", "FAIL")
    assert done["completedAt"] > done["createdAt"]


async def test_the_same_post_twice_makes_two_checks_and_tells_nobodys_name(
    provider: AsyncClient, ref: str
) -> None:
    one, other = [await create(provider, ref) for _ in range(2)]

    assert one.status_code == other.status_code == 201
    assert one.json()["checkId"] != other.json()["checkId"]
    assert "Ada" not in one.text


async def test_a_search_goes_by_the_beginning_the_newest_first_page_by_page(
    provider: AsyncClient, ref: str
) -> None:
    made = [(await create(provider, f"{ref}{n}")).json()["checkId"] for n in range(5)]

    found: list[str] = []
    query: dict[str, Any] = {"externalReference": ref, "pageSize": 2}
    while True:
        page = (await provider.get("/v2/checks", params=query)).json()
        found += [check["checkId"] for check in page["checks"]]
        if page["page"]["after"] is None:
            break
        query["after"] = page["page"]["after"]
    none = await provider.get("/v2/checks", params={"externalReference": f"{ref}%"})

    assert found == made[::-1]
    assert none.json() == {"checks": [], "page": {"after": None}}


async def test_a_referral_is_resolved_once_by_whoever_comes_first(
    provider: AsyncClient, ref: str
) -> None:
    check_id = (await create(provider, ref, fullName="Halvard Brink")).json()["checkId"]

    first = await resolve(provider, check_id, "FAIL")
    second = await resolve(provider, check_id, "FAIL")
    order = {"externalReference": ref, "verdict": "PASS"}
    analyst = await provider.post("/_sandbox/resolutions", json=order)

    assert first.json()["result"] == "REFER"
    assert first.json()["resolution"]["verdict"] == "FAIL"
    assert (second.status_code, second.json()["reason"]) == (409, "ALREADY_RESOLVED")
    assert analyst.status_code == 400


async def test_an_analyst_resolves_by_control_plane(provider: AsyncClient, ref: str) -> None:
    await create(provider, ref, fullName="Halvard Brink")

    order = {"externalReference": ref, "verdict": "PASS"}
    resolved = await provider.post("/_sandbox/resolutions", json=order)

    assert resolved.json()["resolution"]["analyst"].startswith("analyst:")


@pytest.mark.parametrize(
    ("other", "path"),
    [
        ({"type": "ROBOT"}, "applicant.type"),
        ({"fullName": " "}, "applicant.fullName"),
        ({"residence": "Sweden"}, "applicant.residence"),
        ({"dateOfBirth": "2999-01-01"}, "applicant.dateOfBirth"),
        ({"dateOfBirth": "yesterday"}, "applicant.dateOfBirth"),
        ({"contactEmail": "nobody"}, "applicant.contactEmail"),
        ({"address": {"town": "Oslo"}}, "applicant.address"),
        ({"identityDocument": {**VALID, "type": "LIBRARY_CARD"}}, "applicant.identityDocument"),
        ({"shoeSize": 43}, "applicant.shoeSize"),
    ],
)
async def test_what_is_wrong_with_an_applicant_is_named(
    provider: AsyncClient, ref: str, other: dict[str, Any], path: str
) -> None:
    reply = await create(provider, ref, **other)

    assert (reply.status_code, reply.json()["reason"]) == (422, "INVALID_APPLICANT")
    assert [field["path"] for field in reply.json()["fields"]] == [path]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reason"),
    [
        ("POST", "/v2/checks", {"applicant": ADA}, 400, "BAD_REQUEST"),
        ("POST", "/v2/checks", {"externalReference": "", "applicant": ADA}, 400, "BAD_REQUEST"),
        ("POST", "/v2/checks", {"externalReference": "a", "applicant": 1}, 400, "BAD_REQUEST"),
        ("GET", "/v2/checks", None, 400, "BAD_REQUEST"),
        ("GET", "/v2/checks?externalReference=a&pageSize=26", None, 400, "BAD_REQUEST"),
        ("GET", "/v2/checks?externalReference=a&after=x", None, 400, "BAD_REQUEST"),
        ("GET", "/v2/checks/chk_1", None, 404, "NO_SUCH_CHECK"),
        ("GET", "/v3/checks", None, 404, "NO_SUCH_PATH"),
        ("DELETE", "/v2/checks", None, 405, "BAD_METHOD"),
    ],
)
async def test_a_mistake_is_told_in_the_vendors_voice(
    provider: AsyncClient, method: str, path: str, body: Any, status: int, reason: str
) -> None:
    reply = await provider.request(method, path, json=body)

    assert (reply.status_code, reply.json()["reason"]) == (status, reason)


async def test_a_wrong_key_is_refused(provider: AsyncClient) -> None:
    reply = await provider.get("/v2/checks/chk_1", headers={"x-api-key": "guess"})

    assert (reply.status_code, reply.json()["reason"]) == (401, "BAD_KEY")


async def test_a_bad_order_to_the_controls_is_explained(provider: AsyncClient) -> None:
    for noun, order in (("running-time", {"seconds": -1}), ("resolutions", {"verdict": "PASS"})):
        reply = await provider.post(f"/_sandbox/{noun}", json=order)
        assert reply.status_code == 400
        assert reply.json()["error"].startswith("Send ")
