"""A body of which each item is judged on its own: what is wrong with one is told apart from the rest."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import Contract
from tests.runtime.edited import Edit, edited
from tests.runtime.probe import LIMITS, calling, probe
from tests.runtime.problem import assert_problem

GOOD = {"name": "hammer", "quantity": 1}
XML_GOOD = "<thing><name>hammer</name><quantity>1</quantity></thing>"


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(probe()) as client:
        yield client


async def batch(api: httpx.AsyncClient, things: Any, **more: Any) -> httpx.Response:
    body = json.dumps({"name": "b", "things": things, **more})
    return await api.post("/batches", content=body, headers={"content-type": "application/json"})


async def test_bad_items_are_told_apart_each_with_its_place_and_pointers(
    api: httpx.AsyncClient,
) -> None:
    bad = {"name": "saw", "quantity": 0, "colour": "red"}

    answer = await batch(api, [bad, GOOD, {"name": "", "quantity": 1}, 7])

    assert (answer.status_code, answer.headers["location"]) == (202, "/batches/b")
    assert answer.json() == {
        "sent": 4,
        "good": ["hammer"],
        "refused": [
            {"place": 0, "name": "saw", "pointers": ["#/quantity", "#/colour"]},
            {"place": 2, "pointers": ["#/name"]},
            {"place": 3, "pointers": ["#"]},
        ],
    }


async def test_in_xml_they_are_judged_the_same(api: httpx.AsyncClient) -> None:
    bad = "<thing><name>saw</name><quantity>0</quantity><colour>red</colour></thing>"
    body = f"<batch><name>b</name>{bad}{XML_GOOD}<thing><quantity>x</quantity></thing></batch>"

    headers = {"content-type": "application/xml"}
    answer = await api.post("/batches", content=body, headers=headers)

    assert answer.json()["good"] == ["hammer"]
    assert answer.json()["refused"] == [
        {"place": 0, "name": "saw", "pointers": ["#/quantity", "#/colour"]},
        {"place": 2, "pointers": ["#/name", "#/quantity"]},
    ]


async def test_fewer_may_be_left_than_must_be_sent(api: httpx.AsyncClient) -> None:
    answer = await batch(api, [{}, {}])

    assert (answer.status_code, answer.json()["good"]) == (202, [])
    assert_problem(await batch(api, [GOOD]), 422, "invalid")


@pytest.mark.parametrize(
    ("things", "more", "pointer"),
    [
        pytest.param({}, {}, "#/things", id="no array"),
        pytest.param([{}, GOOD, GOOD, GOOD, GOOD], {}, "#/things", id="too many"),
        pytest.param([{}, GOOD], {"colour": "red"}, "#/colour", id="an unknown member beside"),
        pytest.param([{}, GOOD], {"name": 7}, "#/name", id="a wrong member beside"),
    ],
)
async def test_what_is_wrong_beside_the_items_refuses_all_and_says_only_that(
    api: httpx.AsyncClient, things: Any, more: dict[str, Any], pointer: str
) -> None:
    answer = await batch(api, things, **more)

    assert_problem(answer, 422, "invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_an_item_full_of_faults_does_not_make_a_large_answer(api: httpx.AsyncClient) -> None:
    full = {**{f"m{number}": 1 for number in range(3000)}, "name": "z" * 30}

    [refused] = (await batch(api, [full, GOOD])).json()["refused"]

    assert len(refused["pointers"]) == 10
    assert "name" not in refused  # though its fault is not among those named


@pytest.mark.parametrize(("size", "status"), [(149_000, 202), (151_000, 413)])
@pytest.mark.parametrize("said", [True, False])
async def test_a_body_may_be_as_large_as_the_contract_says_there(
    api: httpx.AsyncClient, size: int, status: int, said: bool
) -> None:
    assert LIMITS.max_body_bytes < 149_000
    body = json.dumps({"name": "b", "things": [GOOD, GOOD]}).encode().ljust(size)

    async def unsaid() -> AsyncIterator[bytes]:
        yield body

    headers = {"content-type": "application/json"}
    content = body if said else unsaid()
    answer = await api.post("/batches", content=content, headers=headers)

    assert answer.status_code == status
    if status == 413:
        assert_problem(answer, 413, "too-large")
        in_xml = {**headers, "accept": "application/xml"}
        answer = await api.post("/batches", content=body, headers=in_xml)
        assert answer.headers["content-type"] == "application/problem+xml"
    elsewhere = await api.post("/kits", content=b" " * 101_000, headers=headers)
    assert_problem(elsewhere, 413, "too-large")


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def bulk(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas(document)["NewPartnerBulk"]["properties"]
    return found


PARTNER = "experience/partner/v1"
MISPLACED = "x-item-by-item: true, on one array right in the body of a request"
EACH = {"x-item-by-item": True}
UNKEPT: dict[str, tuple[Edit, str]] = {
    "in an answer": (
        lambda d: schemas(d)["PartnerOrders"]["properties"]["items"].update(EACH),
        MISPLACED,
    ),
    "on two arrays": (
        lambda d: bulk(d).update(more={"type": "array", "items": {"type": "string"}, **EACH}),
        MISPLACED,
    ),
    "on a text": (lambda d: bulk(d).update(orders={"type": "string", **EACH}), MISPLACED),
    "not true": (lambda d: bulk(d)["orders"].update({"x-item-by-item": "yes"}), MISPLACED),
    "no number": (
        lambda d: d["paths"]["/bulk-orders"]["post"].update({"x-max-body-bytes": "1 MB"}),
        "placeBulk: x-max-body-bytes: a number of bytes is expected",
    ),
    "of no body": (
        lambda d: d["paths"]["/stock"]["get"].update({"x-max-body-bytes": 1}),
        "listStockChanges: x-max-body-bytes: it takes no body",
    ),
}


@pytest.mark.parametrize(("edit", "fault"), UNKEPT.values(), ids=UNKEPT.keys())
def test_a_contract_that_would_not_be_kept_is_refused(
    tmp_path: Path, edit: Edit, fault: str
) -> None:
    with pytest.raises(ContractError) as refused:
        _ = Contract.load(PARTNER, edited(tmp_path, PARTNER, edit)).operations

    assert fault in refused.value.faults
