"""Path, query and header parameters as the contract has them: a wrong one is named, and where."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.runtime.probe import calling, probe
from tests.runtime.problem import assert_problem


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(probe()) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "name", "place"),
    [
        ("/things/UPPER", "thingId", "path"),
        ("/things/abcdefghij", "thingId", "path"),
        ("/things/a%0A", "thingId", "path"),
        ("/things/%00", "thingId", "path"),
        ("/things/%F0%9F%92%A9", "thingId", "path"),
        ("/things/%FF", "thingId", "path"),
        ("/things/a?limit=0", "limit", "query"),
        ("/things/a?limit=101", "limit", "query"),
        ("/things/a?limit=", "limit", "query"),
        ("/things/a?limit=ten", "limit", "query"),
        ("/things/a?limit=1.5", "limit", "query"),
        ("/things/a?limit=" + "9" * 5000, "limit", "query"),
        ("/things/a?limit=%FF", "limit", "query"),
        ("/things/a?tag=1&tag=2&tag=3&tag=4", "tag", "query"),
        ("/things/a?tag=ok&tag=much-too-long", "tag", "query"),
    ],
)
async def test_a_wrong_parameter_is_a_400_that_names_it(
    api: httpx.AsyncClient, path: str, name: str, place: str
) -> None:
    answer = await api.get(path)

    assert_problem(answer, 400, "invalid-parameter")
    [error] = answer.json()["errors"]
    assert (error["parameter"], error["in"]) == (name, place)


async def test_every_wrong_parameter_is_named_at_once(api: httpx.AsyncClient) -> None:
    answer = await api.get("/things/UPPER?limit=0")

    assert {error["parameter"] for error in answer.json()["errors"]} == {"thingId", "limit"}


async def test_a_header_is_checked_though_no_handler_asks_for_it(api: httpx.AsyncClient) -> None:
    body = {"name": "hammer", "quantity": 1}

    answer = await api.post("/things", json=body, headers={"idempotency-key": "short"})

    assert_problem(answer, 400, "invalid-parameter")
    [error] = answer.json()["errors"]
    assert (error["parameter"], error["in"]) == ("Idempotency-Key", "header")


async def test_a_parameter_left_out_has_its_default(api: httpx.AsyncClient) -> None:
    assert (await api.get("/things/a")).json() == {"name": "a", "quantity": 20}


async def test_a_repeated_parameter_is_a_list(api: httpx.AsyncClient) -> None:
    assert (await api.get("/things/a?tag=x&tag=y%26z")).json()["note"] == "x,y&z"


async def test_an_unknown_parameter_is_ignored(api: httpx.AsyncClient) -> None:
    assert (await api.get("/things/a?unknown=1")).status_code == 200
