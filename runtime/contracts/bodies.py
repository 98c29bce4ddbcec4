"""What a contract asks for the bodies it takes: a size of their own, items judged one by one."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.contracts.bundle import resolve

MOST = "x-max-body-bytes"
"""On an operation: how large a body may be, instead of `limits.max_body_bytes`."""
EACH = "x-item-by-item"
"""On an array of a body: a bad item does not refuse the others."""


def item_by_item(document: Mapping[str, Any], body: Mapping[str, Any] | None) -> str | None:
    """The member of a body that is such an array."""
    properties = resolve(document, body).get("properties", {}) if body else {}
    return next((name for name, schema in properties.items() if EACH in schema), None)


def faults(operation: Mapping[str, Any]) -> Iterator[str]:
    most = operation.get(MOST)
    if most is None:
        return
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        yield f"{MOST}: a number of bytes is expected"
    if not operation["requestBody"]:
        yield f"{MOST}: it takes no body"


def misplaced(document: Mapping[str, Any], bodies: list[Mapping[str, Any]]) -> Iterator[str]:
    """Where the runtime would not look for it, so that it would promise and not be kept."""
    heeded = [
        schema
        for body in bodies
        if (name := item_by_item(document, body)) is not None
        and _is_marked_array(schema := resolve(document, body)["properties"][name])
    ]
    known = {id(schema) for schema in heeded}
    for schema in _marked(document):
        if id(schema) not in known:
            yield f"{EACH}: true, on one array right in the body of a request"


def _is_marked_array(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "array" and schema[EACH] is True


def _marked(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        if EACH in node:
            yield node
        for value in node.values():
            yield from _marked(value)
    elif isinstance(node, list):
        for value in node:
            yield from _marked(value)
