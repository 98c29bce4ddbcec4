"""Whether what the code accepts and answers is what its contract says, schema by schema."""

import json
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from runtime.contract import Contract, resolve

ANNOTATIONS = {"title", "description", "example", "examples", "summary", "deprecated"}
"""Keywords that say nothing about what is accepted."""


def differences(contract: Contract, app: FastAPI) -> Iterator[str]:
    """Every way in which the app's operations differ from the contract's, one line each."""
    code = get_openapi(title="", version="", routes=app.routes, separate_input_output_schemas=True)
    found = {op["operationId"]: op for item in code["paths"].values() for op in item.values()}
    for name, operation in contract.operations.items():
        if name not in found:
            yield f"{name}: no handler"
            continue
        promised, actual = operation.document, found[name]
        yield from _compare(
            f"{name}: request body",
            _schema(contract.document, promised.get("requestBody")),
            _schema(code, actual.get("requestBody")),
        )
        status = str(operation.statuses[0])
        yield from _compare(
            f"{name}: response {status}",
            _schema(contract.document, promised["responses"][status]),
            _schema(code, actual["responses"].get(status)),
        )
        yield from _same_everywhere(contract, name, promised, operation.statuses)


def _same_everywhere(
    contract: Contract, name: str, promised: Mapping[str, Any], statuses: tuple[int, ...]
) -> Iterator[str]:
    """One handler has one return type, so all its success statuses must promise the same."""
    first, *others = (
        _schema(contract.document, promised["responses"][str(status)]) for status in statuses
    )
    if any(other != first for other in others):
        yield f"{name}: the success responses promise different schemas"


def _compare(where: str, contract: Any, code: Any, at: str = "") -> Iterator[str]:
    if isinstance(contract, dict) and isinstance(code, dict):
        for key in sorted(contract.keys() | code.keys(), key=str):
            yield from _compare(where, contract.get(key), code.get(key), f"{at}/{key}")
    elif contract != code:
        yield f"{where} {at}: contract {reprlib.repr(contract)}, code {reprlib.repr(code)}"


def _schema(document: Mapping[str, Any], node: Mapping[str, Any] | None) -> Any:
    content = resolve(document, node or {}).get("content", {})
    media = content.get("application/json")
    return normal(document, media["schema"]) if media and media.get("schema") else None


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
    node = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "enum" in node:
        node.pop("type", None)
        node["enum"] = sorted(node["enum"], key=str)
    if "items" in node:
        node["items"] = normal(document, node["items"], seen)
    if "properties" in node:
        node["properties"] = _properties(document, node, seen)
    if "required" in node:
        node["required"] = sorted(node["required"])
    if variants := node.pop("oneOf", None) or node.pop("anyOf", None):
        node["anyOf"] = sorted((normal(document, v, seen) for v in variants), key=_canonical)
    return node


def _properties(document: Mapping[str, Any], node: Mapping[str, Any], seen: tuple[str, ...]) -> Any:
    required = node.get("required", ())
    return {
        name: normal(document, schema if name in required else _without_null(schema), seen)
        for name, schema in node["properties"].items()
    }


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """pydantic spells an optional property `anyOf: [X, null], default: null`; absent is never sent as null."""
    variants = [v for v in schema.get("anyOf", ()) if v != {"type": "null"}]
    if len(variants) != 1 or schema.get("default") is not None:
        return schema
    return {**variants[0], **{k: v for k, v in schema.items() if k not in {"anyOf", "default"}}}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
