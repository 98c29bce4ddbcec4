"""Schemas as records and listings: a named one once, so that schemas that hold each other do so here."""

from collections.abc import Mapping
from typing import Any

from scaffold import names
from scaffold.reading.openapi.document import Document, Node
from scaffold.reading.openapi.leaves import leaf
from scaffold.system import Leaf, Listing, Member, Record, Refused, Shape, Table

ANYTHING = Leaf({}, "text")
ANY_OBJECT = Leaf({"type": "object", "additionalProperties": True}, {})


class Schemas:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._made: dict[str, Record] = {}
        self._names: set[str] = set()

    def shape(self, schema: Node, name: str) -> Shape:
        """Raises Refused for what our contracts do not hold."""
        schema, pointer = self._meant(schema)
        if pointer in self._made:
            return self._made[pointer]
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, _title(pointer, name), pointer)
        if kind == "array":
            items = self.shape(schema.get("items", {}), f"{name} item")
            return Listing(items, int(schema.get("minItems", 0)), schema.get("maxItems"))
        if kind is None:
            return ANYTHING
        return leaf(schema, kind)

    def nullable(self, schema: Node) -> bool:
        resolved = self._document.resolve(schema)
        kinds = resolved.get("type")
        variants = resolved.get("anyOf", resolved.get("oneOf", ()))
        return (
            resolved.get("nullable") is True
            or (isinstance(kinds, list) and "null" in kinds)
            or any(variant.get("type") == "null" for variant in variants)
        )

    def named(self, title: str) -> Record:
        return Record(self._name(title))

    def _object(self, schema: Node, name: str, pointer: str) -> Shape:
        properties = schema.get("properties", {})
        if not properties:
            values = schema.get("additionalProperties")
            if not isinstance(values, Mapping) or not values:
                return ANY_OBJECT
            return Table(self.shape(values, f"{name} value"))
        record = Record(self._name(name), doc=names.prose(str(schema.get("description", ""))))
        if pointer:
            self._made[pointer] = record
        required = schema.get("required", ())
        for key, one in properties.items():
            record.members.append(self._member(record, str(key), one, key in required))
        return record

    def _member(self, record: Record, key: str, schema: Node, required: bool) -> Member:
        meant = self._document.resolve(schema)
        one_way = meant.get("readOnly") is True or meant.get("writeOnly") is True
        try:
            shape = self.shape(schema, f"{record.name} {key}")
        except Refused as refused:
            raise Refused(
                [f"{record.name}.{key}: {reason}" for reason in refused.reasons]
            ) from None
        name = names.free(names.camel(key), {member.name for member in record.members})
        doc = names.prose(str(meant.get("description", "")))
        needed = required and not one_way and not self.nullable(schema)
        return Member(name, key, shape, needed, doc=doc)

    def _meant(self, schema: Node) -> tuple[Node, str]:
        """A schema without references, combinations and nulls, and what it is known as."""
        pointer = str(schema.get("$ref", ""))
        schema = self._document.resolve(schema)
        if "allOf" in schema:
            schema = self._merged(schema)
        variants = schema.get("oneOf", schema.get("anyOf"))
        if variants is None:
            return schema, pointer
        others = [one for one in variants if one.get("type") != "null"]
        if len(others) == 1:
            return self._meant(others[0])
        if all(_kind(self._document.resolve(one)) == "string" for one in others):
            return {"type": "string"}, pointer
        raise Refused(["one of several schemas (oneOf, anyOf) has no place in our contracts"])

    def _merged(self, schema: Node) -> Node:
        merged: dict[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
        properties = dict(merged.get("properties", {}))
        required = list(merged.get("required", ()))
        for part in schema["allOf"]:
            meant, _ = self._meant(part)
            properties = {**meant.get("properties", {}), **properties}
            required += meant.get("required", ())
            merged = {**meant, **merged}
        if properties:
            merged |= {"properties": properties, "required": required, "type": "object"}
        return merged

    def _name(self, title: str) -> str:
        made = names.free(names.pascal(title), self._names)
        self._names.add(made)
        return made


def _kind(schema: Node) -> str | None:
    kind = schema.get("type")
    if isinstance(kind, list):
        kinds = [one for one in kind if one != "null"]
        if len(kinds) > 1:
            raise Refused(
                [f"one of several types ({', '.join(kinds)}) has no place in our contracts"]
            )
        kind = kinds[0] if kinds else None
    if kind is None and ("properties" in schema or "additionalProperties" in schema):
        return "object"
    if kind is None and "items" in schema:
        return "array"
    if kind is None and ("enum" in schema or "const" in schema):
        return _kind_of_values(
            [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
        )
    return None if kind is None else str(kind)


def _kind_of_values(values: list[Any]) -> str:
    if all(isinstance(value, str) for value in values):
        return "string"
    return "integer" if all(type(value) is int for value in values) else "number"


def _title(pointer: str, name: str) -> str:
    return pointer.rsplit("/", 1)[1] if pointer else name
