"""What a caller may send as a body: each fault is named where it is, and none is our 500."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.runtime.probe import calling, probe
from tests.runtime.problem import assert_problem

JSON = "application/json"


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(probe()) as client:
        yield client


async def post(api: httpx.AsyncClient, body: bytes, content_type: str = JSON) -> httpx.Response:
    return await api.post("/things", content=body, headers={"content-type": content_type})


def thing(**members: Any) -> bytes:
    return json.dumps({"name": "hammer", "quantity": 1, **members}).encode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut short"),
        pytest.param(b'{"name": "hammer", "quantity": 1} {}', id="two documents"),
        pytest.param(b"{'name': 'hammer', 'quantity': 1}", id="single quotes"),
        pytest.param(b'{"name": "\xff\xfe", "quantity": 1}', id="not UTF-8"),
        pytest.param('{"name": "hammer", "quantity": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"name": "a\x00b", "quantity": 1}', id="bare control character"),
        pytest.param(b'{"name": "\\ud800", "quantity": 1}', id="half a surrogate pair"),
        pytest.param(b'{"name": "hammer", "quantity": NaN, }', id="NaN and a trailing comma"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, id="10,000 levels"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, id="10,000 levels of objects"),
    ],
)
async def test_what_is_not_json_is_a_400(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await post(api, body)

    assert_problem(answer, 400, "malformed")
    assert answer.json()["detail"] == "the body is not JSON"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param(b"null", "#", id="null"),
        pytest.param(b"[]", "#", id="a list"),
        pytest.param(b'"hammer"', "#", id="a text"),
        pytest.param(b"NaN", "#", id="NaN"),
        pytest.param(b"{}", "#/name", id="a required member is missing"),
        pytest.param(thing(quantity=0), "#/quantity", id="too small"),
        pytest.param(thing(quantity=1000), "#/quantity", id="too great"),
        pytest.param(thing(quantity=10**400), "#/quantity", id="a huge integer"),
        pytest.param(thing(quantity=1e400), "#/quantity", id="infinity"),
        pytest.param(thing(quantity=float("nan")), "#/quantity", id="not a number"),
        pytest.param(thing(quantity=1.5), "#/quantity", id="a fraction"),
        pytest.param(thing(quantity="1"), "#/quantity", id="a number as text"),
        pytest.param(thing(quantity=True), "#/quantity", id="yes for a number"),
        pytest.param(thing(quantity=None), "#/quantity", id="null for a required member"),
        pytest.param(thing(name=5), "#/name", id="a number for a text"),
        pytest.param(thing(name=""), "#/name", id="too short"),
        pytest.param(thing(note="n" * 21), "#/note", id="too long"),
        pytest.param(thing(colour="red"), "#/colour", id="an unknown member"),
        pytest.param(thing(**{"a/b~c": 1}), "#/a~1b~0c", id="a pointer is escaped"),
        pytest.param(thing(**{"ä %": 1}), "#/%C3%A4%20%25", id="a pointer is a URI fragment"),
        pytest.param(b'{"name":"a","quantity":1,"":1}', "#/", id="a member without a name"),
    ],
)
async def test_a_wrong_member_is_a_422_that_points_at_it(
    api: httpx.AsyncClient, body: bytes, pointer: str
) -> None:
    answer = await post(api, body)

    assert_problem(answer, 422, "invalid")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_every_wrong_member_is_named_at_once(api: httpx.AsyncClient) -> None:
    answer = await post(api, thing(name="", quantity=0, colour="red"))

    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert sorted(pointers) == ["#/colour", "#/name", "#/quantity"]


async def test_what_was_sent_is_not_sent_back(api: httpx.AsyncClient) -> None:
    answer = await post(api, thing(name="ada@example.com" * 3, note={"card": "4242424242424242"}))

    assert "ada@" not in answer.text
    assert "4242" not in answer.text


async def test_thousands_of_faults_do_not_make_a_large_answer(api: httpx.AsyncClient) -> None:
    answer = await post(api, thing(**{f"m{number}": 1 for number in range(6000)}))

    assert_problem(answer, 422, "invalid")
    assert len(answer.json()["errors"]) == 50
    assert len(answer.content) < 10_000


async def test_of_duplicate_members_the_last_counts(api: httpx.AsyncClient) -> None:
    """RFC 8259 leaves it open; what matters is that the value checked is the value used."""
    answer = await post(api, b'{"quantity": 1, "name": "first", "name": "last"}')
    assert answer.json()["name"] == "last"

    answer = await post(api, b'{"quantity": 1, "name": "first", "name": ""}')
    assert_problem(answer, 422, "invalid")


async def test_null_for_an_optional_member_is_as_if_it_were_absent(api: httpx.AsyncClient) -> None:
    answer = await post(api, thing(note=None))

    assert answer.status_code == 201
    assert answer.json() == {"name": "hammer", "quantity": 1}


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", "Application/JSON"]
)
async def test_json_is_read_however_its_type_is_spelled(
    api: httpx.AsyncClient, content_type: str
) -> None:
    assert (await post(api, thing(), content_type)).status_code == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "multipart/form-data; boundary=x",
    ],
)
async def test_another_content_type_is_a_415(api: httpx.AsyncClient, content_type: str) -> None:
    assert_problem(await post(api, thing(), content_type), 415, "unsupported-media-type")


async def test_a_body_nobody_asked_for_is_left_unread(api: httpx.AsyncClient) -> None:
    answer = await api.request("GET", "/things/a", content=b"\xff{not json")

    assert answer.status_code == 200
