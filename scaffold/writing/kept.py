"""Two operations by which a test can see that what is stored is shown again."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaffold.system import Leaf, Listing, Operation, Record, System

VALUE = "kept-1"
"""What the test stores."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Kept:
    stores: Operation
    shows: Operation
    place: Path
    """Of the value in the body, by our names."""


def kept(system: System, does: Mapping[str, Mapping[str, Any]]) -> Kept | None:
    """`does`: what each operation does with documents, by its name there."""
    by_name = {operation.name: operation for operation in system.operations}
    for name, storing in does.items():
        if storing.get("does") != "keep" or storing.get("numbers") or storing.get("numbered"):
            continue
        for other, showing in does.items():
            if showing.get("does") == "show" and showing["kind"] == storing["kind"]:
                keys = {*showing.get("by", ()), *storing.get("by", ())}
                wanted = set(showing.get("same", ())) - keys
                place = next(_places(by_name[name].body, wanted), None)
                if place is not None:
                    return Kept(by_name[name], by_name[other], place)
    return None


def _places(
    record: Record | None, wanted: Collection[str], within: Collection[Record] = ()
) -> Iterator[Path]:
    """The leaves that may hold VALUE and are said again."""
    for member in record.members if record is not None and record not in within else ():
        shape, place = member.shape, (member.name,)
        if isinstance(shape, Leaf) and member.key in wanted and _holds(shape):
            yield place
        repeated = isinstance(shape, Listing)
        inner = shape.item if isinstance(shape, Listing) else shape
        if isinstance(inner, Record):
            for rest in _places(inner, wanted, (*within, *([record] if record else []))):
                yield (*place, *([0] if repeated else []), *rest)


def _holds(leaf: Leaf) -> bool:
    schema = dict(leaf.schema)
    fits = schema.pop("maxLength", 99) >= len(VALUE) and schema.pop("minLength", 0) <= len(VALUE)
    return leaf.conversion == "same" and fits and schema == {"type": "string"}
