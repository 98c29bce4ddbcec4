"""Whether what the code accepts and answers is what its contract says, schema by schema."""

import json
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import TypeAdapter

from runtime.contracts.bodies import EACH
from runtime.contracts.bundle import resolve
from runtime.contracts.contract import Contract, Operation

ANNOTATIONS = {"title", "description", "example", "examples", "summary", "deprecated", "xml", EACH}
"""Keywords that say nothing about what is accepted."""

SUBSCHEMA = {"items", "additionalProperties", "not"}


def differences(
    contract: Contract,
    operation: Operation,
    body: TypeAdapter[Any] | None,
    answer: TypeAdapter[Any] | None,
) -> Iterator[str]:
    """Every way in which the models of an operation differ from the contract's, one line each."""
    where = f"{operation.id}: request body"
    promised = _normal(contract.document, operation.body_schema())
    yield from _compare(where, promised, _schema(body, "validation"))
    for status in operation.statuses:
        promised = _normal(contract.document, operation.success_schema(status))
        where = f"{operation.id}: response {status}"
        yield from _compare(where, promised, _schema(answer, "serialization"))


def _compare(where: str, contract: Any, code: Any, at: str = "") -> Iterator[str]:
    if isinstance(contract, dict) and isinstance(code, dict):
        for key in sorted(contract.keys() | code.keys(), key=str):
            yield from _compare(where, contract.get(key), code.get(key), f"{at}/{key}")
    elif contract != code:
        yield f"{where} {at}: contract {reprlib.repr(contract)}, code {reprlib.repr(code)}"


def _schema(adapter: TypeAdapter[Any] | None, mode: Literal["validation", "serialization"]) -> Any:
    if adapter is None:
        return None
    document = adapter.json_schema(by_alias=True, mode=mode)
    return normal(document, document)


def _normal(document: Mapping[str, Any], schema: Mapping[str, Any] | None) -> Any:
    return None if schema is None else normal(document, schema)


def normal(
    document: Mapping[str, Any], schema: Mapping[str, Any], seen: tuple[str, ...] = ()
) -> Any:
    """Reduce a schema to what it accepts: references resolved, notes dropped, one spelling of each thing."""
    if "$ref" in schema:
        reference = str(schema["$ref"])
        if reference in seen:
            return {"recursive": reference.rsplit("/", 1)[1]}
        siblings = {k: v for k, v in schema.items() if k != "$ref"}
        return normal(document, {**resolve(document, schema), **siblings}, (*seen, reference))
    node = _values({k: v for k, v in schema.items() if k not in {*ANNOTATIONS, "$defs"}})
    for keyword in SUBSCHEMA & node.keys():
        if isinstance(node[keyword], Mapping):  # additionalProperties may be a plain yes or no
            node[keyword] = normal(document, node[keyword], seen)
    if "allOf" in node:
        node["allOf"] = [normal(document, part, seen) for part in node["allOf"]]
    if "properties" in node:
        node["properties"] = _properties(document, node, seen)
    if "required" in node:
        # A default is filled in by the reader, so its property is there whether sent or not.
        node["required"] = sorted(r for r in node["required"] if not _has_default(node, r))
    if variants := node.pop("oneOf", None) or node.pop("anyOf", None):
        node["anyOf"] = sorted((normal(document, v, seen) for v in variants), key=_canonical)
    return node


def _values(node: dict[str, Any]) -> dict[str, Any]:
    """One spelling of fixed values, whose type goes without saying."""
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "enum" in node:
        node.pop("type", None)
        node["enum"] = sorted(node["enum"], key=str)
    return node


def _has_default(node: Mapping[str, Any], name: str) -> bool:
    return "default" in node.get("properties", {}).get(name, {})


def _properties(document: Mapping[str, Any], node: Mapping[str, Any], seen: tuple[str, ...]) -> Any:
    required = node.get("required", ())
    return {
        name: normal(document, schema if name in required else _without_null(schema), seen)
        for name, schema in node["properties"].items()
    }


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """pydantic spells an optional property `anyOf: [X, null]`; absent is never sent as null."""
    variants = [v for v in schema.get("anyOf", ()) if v != {"type": "null"}]
    if len(variants) != 1 or schema.get("default") is not None:
        return schema
    return {**variants[0], **{k: v for k, v in schema.items() if k not in {"anyOf", "default"}}}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
