"""The bytes an answer can have at most, and a contract that promises fewer."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.contracts.budget import Unbounded, largest
from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import Contract
from runtime.contracts.patterns import widest
from tests.runtime.edited import edited

PATTERNS = [
    "^ord_[0-9a-z]{20}$",
    "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
    r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,4})?$",
    r"^[^\x00-\x1f]{0,12}$",
    r"^[^@]{1,5}@[^@]{1,5}$",
    r"^\d{1,6}$",
    r"^(ab|\S{3})?.{0,2}$",
    '^["a]{4}$',
]


@given(st.data())
@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_text_that_matches_is_larger(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(pattern, fullmatch=True).filter(lambda t: not t.endswith("\n")))
    most, bytes_each = widest(pattern)
    size = len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    assert most is not None
    assert size <= len('""') + most * bytes_each


@pytest.mark.parametrize(
    ("schema", "size"),
    [
        ({"type": "string", "maxLength": 10}, 62),
        ({"type": "string", "pattern": "^[a-z]{3}$"}, 5),
        ({"type": "string", "pattern": "^[a-z]+$", "maxLength": 3}, 5),
        ({"type": "string", "enum": ["é", "abc"]}, 5),
        ({"type": "integer", "minimum": -5, "maximum": 100}, 3),
        ({"type": "boolean"}, 5),
        ({"type": "array", "maxItems": 3, "items": {"type": "boolean"}}, 19),
        ({"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"const": 1}}}, 17),
        ({"anyOf": [{"const": 1}, {"const": 1000}]}, 4),
    ],
)
def test_the_largest_value_of_a_schema(schema: dict[str, Any], size: int) -> None:
    assert largest({}, schema) == size


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "string"}, "no maxLength"),
        ({"type": "string", "pattern": "^a*$"}, "no maxLength"),
        ({"type": "string", "pattern": "a"}, "no maxLength"),
        ({"type": "array", "items": {"type": "boolean"}}, "no maxItems"),
        ({"type": "object"}, "any members"),
        ({}, "anything"),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, "/a: it has no maxLength"),
        ({"$ref": "#/components/schemas/Tree"}, "contains itself"),
    ],
)
def test_what_has_no_largest_value_is_named(schema: dict[str, Any], says: str) -> None:
    tree = {"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Tree"}}
    with pytest.raises(Unbounded, match=says):
        largest({"components": {"schemas": {"Tree": tree}}}, schema)


COMPLIANCE = "system/compliance/v1"
DECISION = len('{"outcome":"rejected","by":"","at":""}') + 80 + 32
"""The largest DecisionMade once `by` has the pattern of Decision."""


def promising(folder: Path, budget: object, **more: Any) -> Contract:
    """A contract whose screenings are no more than a decision, with that budget."""

    def edit(document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        made = schemas["DecisionMade"]
        made["properties"] |= {"by": schemas["Decision"]["properties"]["by"], **more}
        schemas["Screening"] = made
        document["paths"]["/screenings/{screeningId}"]["get"]["x-max-bytes"] = budget

    return Contract.load(COMPLIANCE, edited(folder, COMPLIANCE, edit))


def test_a_budget_that_holds_is_a_promise(tmp_path: Path) -> None:
    assert "getScreening" in promising(tmp_path, DECISION).operations


@pytest.mark.parametrize(
    ("budget", "more", "says"),
    [
        (DECISION - 1, {}, f"can have {DECISION} bytes, {DECISION - 1} are promised"),
        (DECISION, {"more": {"type": "boolean"}}, f"{DECISION} are promised"),
        (DECISION, {"more": {"type": "string"}}, "/more: it has no maxLength"),
        (0, {}, "a number of bytes is expected"),
        (True, {}, "a number of bytes is expected"),
        ("2 KB", {}, "a number of bytes is expected"),
    ],
)
def test_a_member_that_breaks_the_budget_breaks_the_build(
    tmp_path: Path, budget: object, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(ContractError, match=f"getScreening: x-max-bytes: (.*){says}"):
        _ = promising(tmp_path, budget, **more).operations
