"""`fields=id,status`: a caller says which members of an answer it wants.

A query parameter of that name belongs to the runtime and not to the handler. It lists the members that
may be left out; what it does not list is always there.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from runtime.contracts.bundle import resolve
from runtime.contracts.contract import Contract, Operation

NAME = "fields"


def selectable(operation: Operation) -> frozenset[str]:
    """The members a caller may choose among; none where it has no choice."""
    for parameter in operation.parameters:
        if parameter.name == NAME and parameter.place == "query":
            return frozenset(parameter.schema.get("items", {}).get("enum", ()))
    return frozenset()


def selected(body: bytes, choice: Collection[str], wanted: Collection[str] | None) -> bytes:
    """The answer without the members of `choice` that are not wanted; all of it when none is named."""
    if wanted is None or not body:
        return body
    answer: dict[str, Any] = orjson.loads(body)
    return orjson.dumps(
        {name: value for name, value in answer.items() if name not in choice or name in wanted}
    )


def faults(contract: Contract, operation: Operation) -> Iterator[str]:
    """What is offered to choose from and cannot be left out, or is not there."""
    for status in operation.statuses if selectable(operation) else ():
        schema: Mapping[str, Any] = operation.success_schema(status) or {}
        schema = resolve(contract.document, schema)
        optional = schema.get("properties", {}).keys() - set(schema.get("required", ()))
        for name in sorted(selectable(operation) - optional):
            yield f"{operation.id}: fields: {name} is no optional member of response {status}"
