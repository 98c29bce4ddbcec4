"""What an OpenAPI document says that our contracts do not hold is refused by the operation's name."""

from typing import Any

import pytest

from scaffold.reading.openapi.document import document
from scaffold.reading.openapi.operations import system_of
from scaffold.system import Leaf, Listing, Refused, System

OK: dict[str, Any] = {"204": {"description": "done"}}


def read(operation: dict[str, Any], path: str = "/things", **components: Any) -> System:
    described = document(
        {
            "openapi": "3.1.0",
            "paths": {path: {"post": {"operationId": "doIt", "responses": OK, **operation}}},
            "components": {"schemas": components},
        },
        "made up",
    )
    return system_of(described, "things", "rest", "Things", ())


def body(schema: Any, media: str = "application/json") -> dict[str, Any]:
    return {"requestBody": {"content": {media: {"schema": schema}}}}


def answers(status: str, content: Any = None) -> dict[str, Any]:
    return {"responses": {status: {"description": "", **({"content": content} if content else {})}}}


def parameter(place: str, schema: Any) -> dict[str, Any]:
    return {"parameters": [{"name": "p", "in": place, "schema": schema}]}


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (body({"$ref": "other.yaml#/components/schemas/A"}), "other.yaml#/components/schemas/A is"),
        (body({"$ref": "http://a.test/b.json"}), "http://a.test/b.json is in another file"),
        (body({"$ref": "#/components/schemas/None"}), "leads nowhere"),
        (body({"oneOf": [{"type": "object"}, {"type": "integer"}]}), "one of several schemas"),
        (body({"type": ["string", "integer"]}), "one of several types"),
        (body({"type": "string"}, "application/xml"), "its body is application/xml"),
        (body({"type": "string", "pattern": "^q$", "minLength": 3}), "no example"),
        (parameter("cookie", {"type": "string"}), "a cookie parameter"),
        (parameter("query", {"type": "object"}), "cannot be a query parameter"),
        (parameter("path", {"type": "string"}), "path parameter p is not both"),
        (answers("200"), "only 204 is told from a lost one"),
        (answers("default"), "it declares no success"),
        (answers("200", {"text/html": {}}), "its answer is text/html"),
    ],
)
def test_an_operation_that_cannot_be_made_is_named_with_why(
    operation: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused) as caught:
        read(operation)

    [reason] = caught.value.reasons
    assert reason.startswith("doIt: ")
    assert why in reason


def test_what_is_null_in_theirs_is_absent_in_ours() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b", "c"],
        "properties": {
            "a": {"type": ["string", "null"]},
            "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "c": {"type": "string"},
        },
    }
    [operation] = read(body(schema)).operations

    assert operation.body is not None
    assert [(m.name, m.required) for m in operation.body.members] == [
        ("a", False),
        ("b", False),
        ("c", True),
    ]


def test_schemas_that_hold_themselves_are_one_record() -> None:
    tree = {
        "type": "object",
        "properties": {"of": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    }
    [operation] = read(body({"$ref": "#/components/schemas/Tree"}), Tree=tree).operations

    assert operation.body is not None
    [member] = operation.body.members
    assert isinstance(member.shape, Listing)
    assert member.shape.item is operation.body


def test_a_body_that_is_no_object_is_the_only_member_of_ours() -> None:
    [operation] = read(
        body({"type": "array", "items": {"type": "string", "format": "date"}})
    ).operations

    assert operation.bare_body
    assert operation.body is not None
    [member] = operation.body.members
    assert isinstance(member.shape, Listing)
    assert isinstance(member.shape.item, Leaf)
    assert (member.name, member.shape.item.conversion) == ("items", "date")
