"""`fields=`: a caller gets the members it wants, and those that are always there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.edited import edited
from tests.runtime.inventory import INVENTORY, refusal
from tests.runtime.probe import calling, probe
from tests.runtime.problem import assert_problem

ALL = {"name": "axe", "head": "steel", "handle": "ash"}


@pytest.fixture(scope="module")
async def api() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(probe()) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("", set()),
        ("?fields=head", {"handle"}),
        ("?fields=handle", {"head"}),
        ("?fields=head,handle", set()),
        ("?fields=head&fields=handle", set()),
    ],
)
async def test_what_is_not_wanted_is_left_out(
    api: httpx.AsyncClient, query: str, left_out: set[str]
) -> None:
    answer = await api.get(f"/things/axe/parts{query}")
    assert answer.json() == {name: value for name, value in ALL.items() if name not in left_out}


@pytest.mark.parametrize("fields", ["name", "weight", "head,weight", ""])
async def test_what_cannot_be_chosen_is_refused(api: httpx.AsyncClient, fields: str) -> None:
    answer = await api.get("/things/axe/parts", params={"fields": fields})
    assert_problem(answer, 400, "invalid-parameter")
    assert {error["parameter"] for error in answer.json()["errors"]} == {"fields"}


async def test_an_answer_the_caller_has_is_not_sent_again(api: httpx.AsyncClient) -> None:
    first = await api.get("/things/axe/parts?fields=head")
    again = await api.get(
        "/things/axe/parts?fields=head", headers={"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_required_member_is_not_offered_to_be_left_out(tmp_path: Path) -> None:
    def offer(document: dict[str, Any]) -> None:
        schema = {"type": "array", "items": {"type": "string", "enum": ["sku"]}}
        parameter = {"name": "fields", "in": "query", "schema": schema}
        document["paths"]["/stock/{sku}"]["get"]["parameters"] = [parameter]

    found = refusal({}, edited(tmp_path, INVENTORY, offer))
    assert found == ["getStock: fields: sku is no optional member of response 200"]
