"""Gives a handler the FastAPI signature its contract describes.

A handler says `customer_id: str`; that it is a path parameter named `customerId` with a pattern is the
contract's to say, once.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, get_type_hints

from fastapi import Header, Path, Query
from pydantic import Field

from runtime.codegen_client import snake
from runtime.contract import Operation, Parameter

Handler = Callable[..., Awaitable[Any]]

PLACES: dict[str, Callable[..., Any]] = {"path": Path, "query": Query, "header": Header}
SCALARS: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
CONSTRAINTS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "pattern": "pattern",
}


def bound(operation: Operation, handler: Handler) -> tuple[Handler, list[str]]:
    """The handler under its contract's signature, and every difference between the two.

    A header the handler does not ask for is still validated, but not handed over.
    """
    hints = get_type_hints(handler, include_extras=True)
    wanted = inspect.signature(handler).parameters
    declared = {snake(p.name): p for p in operation.parameters}
    differences = [
        *_missing(operation, declared, wanted),
        *_mistyped(operation, declared, hints),
        *_unknown(operation, declared, wanted, hints),
        *_misanswered(operation, hints),
    ]

    @functools.wraps(handler)
    async def endpoint(**values: Any) -> Any:
        return await handler(**{name: value for name, value in values.items() if name in wanted})

    injected = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name in wanted
        if name not in declared and name in hints
    ]
    endpoint.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [*map(_signature_parameter, declared.values()), *injected],
        return_annotation=None if hints.get("return") is type(None) else hints.get("return"),
    )
    return endpoint, differences


def annotation(schema: Mapping[str, Any]) -> Any:
    """The plain Python type of a parameter's schema, as a handler writes it."""
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if schema.get("type") == "array":
        return list[annotation(schema["items"])]  # type: ignore[misc]
    return SCALARS[schema["type"]]


def _constraints(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {CONSTRAINTS[key]: value for key, value in schema.items() if key in CONSTRAINTS}


def _signature_parameter(parameter: Parameter) -> inspect.Parameter:
    schema = parameter.schema
    kind: Any = annotation(schema)
    if schema.get("type") == "array":
        item: Any = annotation(schema["items"])
        kind = list[Annotated[item, Field(**_constraints(schema["items"]))]]
    optional = not parameter.required and "default" not in schema
    place = PLACES[parameter.place](alias=parameter.name, **_constraints(schema))
    return inspect.Parameter(
        snake(parameter.name),
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[kind | None if optional else kind, place],
        default=inspect.Parameter.empty if parameter.required else schema.get("default"),
    )


def _missing(
    operation: Operation, declared: Mapping[str, Parameter], wanted: Mapping[str, Any]
) -> Iterator[str]:
    for name, parameter in declared.items():
        if name not in wanted and parameter.place != "header":
            yield f"{operation.id}: the handler does not take {parameter.place} parameter {name}"
    if operation.body_schema() and "body" not in wanted:
        yield f"{operation.id}: the handler does not take the body"


def _misanswered(operation: Operation, hints: Mapping[str, Any]) -> Iterator[str]:
    """Only that something or nothing is answered; what it is, conformity compares."""
    answers = hints.get("return", type(None)) is not type(None)
    if answers != (operation.success_schema() is not None):
        promised = "no content" if answers else "content"
        yield f"{operation.id}: the contract answers with {promised}, the handler does not"


def _mistyped(
    operation: Operation, declared: Mapping[str, Parameter], hints: Mapping[str, Any]
) -> Iterator[str]:
    for name, parameter in declared.items():
        promised = annotation(parameter.schema)
        if not parameter.required and "default" not in parameter.schema:
            promised = promised | None
        if name in hints and hints[name] != promised:
            yield f"{operation.id}: parameter {name}: contract {promised}, handler {hints[name]}"


def _unknown(
    operation: Operation,
    declared: Mapping[str, Parameter],
    wanted: Mapping[str, inspect.Parameter],
    hints: Mapping[str, Any],
) -> Iterator[str]:
    for name in wanted:
        if name in declared or (name == "body" and operation.body_schema()):
            continue
        kind = hints.get(name)
        injected = any(hasattr(extra, "dependency") for extra in getattr(kind, "__metadata__", ()))
        if not injected and getattr(kind, "__module__", "").split(".")[0] not in {
            "fastapi",
            "starlette",
        }:
            yield f"{operation.id}: the handler takes {name}, which the contract does not have"
