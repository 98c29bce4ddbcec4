"""Simple schemas as far as our contracts hold them, each with a valid example.

What is left out is said in a comment: formats, which nobody agrees on how to check, and expressions that
not every validator takes.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any

from jsonschema import Draft202012Validator
from pydantic import Field, TypeAdapter
from pydantic_core import SchemaError

from scaffold.reading.openapi.document import Node
from scaffold.reading.wsdl.patterns import Untranslatable, sample
from scaffold.system import Leaf, Refused

_KEPT = {
    "string": ("enum", "minLength", "maxLength"),
    "integer": ("enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "number": ("enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "boolean": (),
}
"""What is taken over as it is."""

_FORMATS = {"date": "date", "date-time": "moment"}
"""By format: the conversion. The others are not checked by everybody, and so by nobody here."""

_EXAMPLES: dict[str, tuple[Any, ...]] = {
    "string": ("text", "A", "AB", "ABC", "1", "12", "EUR", "a@example.com", "text" * 16),
    "integer": (1, 0, 10, 100, 1000, -1),
    "number": (1.5, 0.5, 1.0, 0.0, 10.0, 100.0, -1.0),
    "boolean": (True, False),
}
_OF_FORMATS = {"date": "2026-03-14", "date-time": "2026-03-14T09:30:00Z"}


def leaf(schema: Node, kind: str) -> Leaf:
    """`kind`: its type, null left out. Raises Refused where no example is found."""
    made: dict[str, Any] = {"type": kind}
    notes: list[str] = []
    made |= {key: schema[key] for key in _KEPT[kind] if key in schema}
    if "const" in schema:
        made["enum"] = [schema["const"]]
    if "enum" in made:
        made["enum"] = [value for value in made["enum"] if value is not None]
    _old_bounds(made)
    _pattern(schema, made, notes)
    conversion = _format(schema, made, notes) if kind == "string" else "same"
    if "multipleOf" in schema:
        notes.append(f"a multiple of {schema['multipleOf']}")
    return Leaf(made, _example(schema, made), conversion, note="; ".join(notes))


def _old_bounds(made: dict[str, Any]) -> None:
    """OpenAPI 3.0 has `exclusiveMinimum: true` beside a minimum."""
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)


def _format(schema: Node, made: dict[str, Any], notes: list[str]) -> str:
    said = schema.get("format")
    if said in _FORMATS and "enum" not in made:
        made["format"] = said
        for key in ("minLength", "maxLength", "pattern"):
            made.pop(key, None)
        return _FORMATS[str(said)]
    if said:
        notes.append(f"format {said}")
    return "same"


def _pattern(schema: Node, made: dict[str, Any], notes: list[str]) -> None:
    pattern = schema.get("pattern")
    if pattern is None or "enum" in made:
        return
    try:
        TypeAdapter(Annotated[str, Field(pattern=str(pattern))])
    except SchemaError:
        notes.append(f"it has to match {pattern}, which not every validator takes")
    else:
        made["pattern"] = str(pattern)


def _example(schema: Node, made: Node) -> Any:
    judge = Draft202012Validator(dict(made))
    for value in _candidates(schema, made):
        if judge.is_valid(value):
            return value
    raise Refused([f"no example of {dict(made)} was found: give the schema one"])


def _candidates(schema: Node, made: Node) -> Iterator[Any]:
    kind = made["type"]
    if "format" in made:
        yield _OF_FORMATS[made["format"]]
        return
    for value in (schema.get("example"), *_listed(schema.get("examples")), schema.get("default")):
        if value is not None and (kind == "string") == isinstance(value, str):
            yield value
    yield from made.get("enum", ())
    yield from _EXAMPLES[kind]
    if "pattern" in made:
        for extra in range(16):
            with suppress(Untranslatable):
                yield sample(str(made["pattern"]).removeprefix("^").removesuffix("$"), extra)
    if kind == "string":
        yield "A" * made.get("minLength", 1)
    for bound, step in (
        ("minimum", 0),
        ("exclusiveMinimum", 1),
        ("maximum", 0),
        ("exclusiveMaximum", -1),
    ):
        if bound in made:
            yield made[bound] + step


def _listed(examples: Any) -> list[Any]:
    return examples if isinstance(examples, list) else []
