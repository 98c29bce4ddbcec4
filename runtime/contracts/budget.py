"""How many bytes an answer can have at most, and whether that is within what its contract promises.

`x-max-bytes: 2048` on an operation is the budget of each of its success answers. It is held against
the largest JSON that the schema allows, not against examples: a member added without thought breaks
the build, and no data can break the promise.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.contracts.bundle import resolve
from runtime.contracts.patterns import ANY_CHARACTER, widest

INTEGER = 20
FIXED = {"boolean": 5, "number": 24, "null": 4}
FORMATS = {"date-time": 34, "date": 12, "uuid": 38}
"""With quotes; a time with microseconds and an offset, as pydantic writes it."""


class Unbounded(Exception):
    """What has no largest size, by the path of its schema."""


@dataclass(frozen=True, slots=True)
class _Largest:
    document: Mapping[str, Any]
    path: str = ""
    seen: frozenset[str] = frozenset()

    def of(self, schema: Mapping[str, Any]) -> int:
        if reference := schema.get("$ref"):
            if reference in self.seen:
                raise Unbounded(f"{self.path or '/'}: it contains itself")
            resolved = {**resolve(self.document, schema), **_besides(schema)}
            return _Largest(self.document, self.path, self.seen | {reference}).of(resolved)
        if "const" in schema or "enum" in schema:
            return max(_written(value) for value in schema.get("enum", [schema.get("const")]))
        if variants := schema.get("oneOf") or schema.get("anyOf"):
            return max(self.of(variant) for variant in variants)
        return self._of_type(schema)

    def _of_type(self, schema: Mapping[str, Any]) -> int:
        kind = schema.get("type")
        if kind == "integer":
            return _integer(schema)
        if kind in FIXED:
            return FIXED[kind]
        composed = {"object": self._object, "array": self._array, "string": self._string}
        if kind not in composed:
            raise Unbounded(f"{self.path or '/'}: it may be anything")
        return composed[kind](schema)

    def _object(self, schema: Mapping[str, Any]) -> int:
        if "properties" not in schema:
            raise Unbounded(f"{self.path or '/'}: it may have any members")
        members = [
            _written(name) + len(":") + self._in(name).of(value)
            for name, value in schema["properties"].items()
        ]
        return len("{}") + sum(members) + max(0, len(members) - 1)

    def _array(self, schema: Mapping[str, Any]) -> int:
        if "maxItems" not in schema:
            raise Unbounded(f"{self.path or '/'}: it has no maxItems")
        most = int(schema["maxItems"])
        return len("[]") + most * self._in("items").of(schema["items"]) + max(0, most - 1)

    def _string(self, schema: Mapping[str, Any]) -> int:
        if known := FORMATS.get(schema.get("format", "")):
            return known
        longest, bytes_each = schema.get("maxLength"), ANY_CHARACTER
        if pattern := schema.get("pattern"):
            width, bytes_each = widest(pattern)
            longest = min(filter(None, (longest, width)), default=None)
        if longest is None:
            raise Unbounded(f"{self.path or '/'}: it has no maxLength")
        return len('""') + int(longest) * bytes_each

    def _in(self, name: str) -> "_Largest":
        return _Largest(self.document, f"{self.path}/{name}", self.seen)


def largest(document: Mapping[str, Any], schema: Mapping[str, Any]) -> int:
    """Bytes of the largest JSON value of that schema. Raises Unbounded."""
    return _Largest(document).of(schema)


def faults(
    document: Mapping[str, Any], operation: Mapping[str, Any], answers: Mapping[int, Any]
) -> Iterator[str]:
    """What is wrong with an operation's `x-max-bytes`; `answers` are its schemas by success status."""
    budget = operation.get("x-max-bytes")
    if budget is None:
        return
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 1:
        yield "x-max-bytes: a number of bytes is expected"
        return
    for status, schema in answers.items():
        try:
            most = largest(document, schema)
        except Unbounded as error:
            yield f"x-max-bytes: response {status} has no largest size: {error}"
            continue
        if most > budget:
            yield f"x-max-bytes: response {status} can have {most} bytes, {budget} are promised"


def _besides(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "$ref"}


def _written(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _integer(schema: Mapping[str, Any]) -> int:
    ends = [schema.get("minimum"), schema.get("maximum")]
    return INTEGER if None in ends else max(_written(end) for end in ends)
