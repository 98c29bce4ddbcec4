"""What a contract says of path, query and header parameters, as one pydantic model per operation."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from starlette.types import Scope

from runtime.apis.rendering import invalid
from runtime.contracts.client_source import snake
from runtime.contracts.conformity import ANNOTATIONS
from runtime.contracts.contract import Operation, Parameter

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
PLACES = frozenset({"path", "query", "header"})
ENFORCED = frozenset({"type", "enum", "items", "default", *CONSTRAINTS, *ANNOTATIONS})
"""What a parameter's schema may say; anything else would be promised and not checked."""


def unenforced(parameter: Parameter) -> Iterator[str]:
    """What the contract says of a parameter that would not be checked, one line each."""
    if parameter.place not in PLACES:
        yield f"{parameter.place} parameters are not supported"
    for schema in filter(None, (parameter.schema, parameter.schema.get("items"))):
        if "enum" not in schema and schema.get("type") not in {*SCALARS, "array"}:
            yield f"its type is not supported: {schema.get('type')}"
        yield from (f"{key} is not supported" for key in sorted(schema.keys() - ENFORCED))


def annotation(schema: Mapping[str, Any]) -> Any:
    """The plain Python type of a parameter's schema, as a handler writes it."""
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if schema.get("type") == "array":
        item: Any = annotation(schema["items"])
        return list[item]
    return SCALARS[schema["type"]]


class Parameters:
    """Reads and validates the parameters of one operation; `names` are the handler's."""

    def __init__(self, operation: Operation) -> None:
        self.names = {snake(p.name) for p in operation.parameters}
        self._places = {p.name: p.place for p in operation.parameters}
        self._query = [p for p in operation.parameters if p.place == "query"]
        self._headers = [p for p in operation.parameters if p.place == "header"]
        fields: dict[str, Any] = {snake(p.name): _field(p) for p in operation.parameters}
        config = ConfigDict(validate_by_alias=True, coerce_numbers_to_str=False)
        self._model: type[BaseModel] = create_model("Parameters", __config__=config, **fields)

    def read(self, scope: Scope, path: Mapping[str, str]) -> dict[str, Any]:
        """By the handler's names. Raises Rejected (400) naming each parameter that is wrong."""
        found: dict[str, Any] = dict(path)
        if self._query:
            found |= self._from_query(scope["query_string"])
        if self._headers:
            found |= self._from_headers(scope["headers"])
        try:
            return self._model.model_validate(found).__dict__
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False, include_context=False)
            raise invalid(
                [{**f, "loc": (self._places[str(f["loc"][0])], *f["loc"])} for f in faults]
            ) from error

    def _from_query(self, text: bytes) -> dict[str, Any]:
        given = parse_qs(text.decode("latin-1"), keep_blank_values=True)
        return {p.name: _given(p, given[p.name]) for p in self._query if p.name in given}

    def _from_headers(self, headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
        given = dict(headers)
        wanted = [(p.name, given.get(p.name.lower().encode())) for p in self._headers]
        return {name: value.decode("latin-1") for name, value in wanted if value is not None}


def _given(parameter: Parameter, values: list[str]) -> str | list[str]:
    if parameter.schema.get("type") != "array":
        return values[-1]
    return values if parameter.explode else [part for v in values for part in v.split(",")]


def _field(parameter: Parameter) -> Any:
    schema = parameter.schema
    kind: Any = annotation(schema)
    if schema.get("type") == "array":
        item: Any = annotation(schema["items"])
        kind = list[Annotated[item, Field(**_constraints(schema["items"]))]]
    optional = not parameter.required and "default" not in schema
    default = ... if parameter.required else schema.get("default")
    constrained = Annotated[kind, Field(**_constraints(schema))]
    return constrained | None if optional else constrained, Field(default, alias=parameter.name)


def _constraints(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {CONSTRAINTS[key]: value for key, value in schema.items() if key in CONSTRAINTS}
