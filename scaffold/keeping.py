"""Which operations of a SOAP service keep something, and which show or forget it: a guess by their
names and types, good enough for a simulated backend that gives back what it was told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scaffold import names
from scaffold.reading.wsdl.operations import READS
from scaffold.system import Leaf, Listing, Operation, Record, Shape

_WRITES = re.compile(
    "(create|add|save|put|update|set|insert|register|submit|place|store|enter|upsert|modify|change"
    "|new|make|post|send|do|open|book|import|upload)(?![a-z])"
)
_FORGETS = re.compile("(delete|remove|cancel|unregister|drop|revoke)(?![a-z])")
_MANY = re.compile("(find|list|search|query|browse)(?![a-z])")
_AFTER = re.compile("-(by|for|of|from|with|in)-.*|-(request|list|details?|info|data)$")


@dataclass(frozen=True)
class Does:
    """What an operation does with documents, as sandbox/simulated/soap.py reads it."""

    does: str
    kind: str
    by: list[str]
    same: dict[str, str]
    numbers: list[str] = field(default_factory=list)
    each: str | None = None

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}


def keeping(operations: Sequence[Operation]) -> dict[str, Does]:
    """By their name of the operation; those that keep, show and forget nothing are left out."""
    nouns = {o.name: _noun(o) for o in operations}
    writers: dict[str, list[Operation]] = {}
    for operation in operations:
        if _is(_WRITES, operation) and not operation.read and _request(operation):
            writers.setdefault(nouns[operation.name], []).append(operation)
    found = {}
    for operation in operations:
        kind = nouns[operation.name]
        if kind in writers and kind:
            does = _does(operation, kind, writers[kind], operations, nouns)
            if does is not None:
                found[operation.name] = does
    return found


def _does(
    operation: Operation,
    kind: str,
    writers: list[Operation],
    operations: Sequence[Operation],
    nouns: dict[str, str],
) -> Does | None:
    written: dict[str, Shape] = {}
    for writer in writers:
        written = {**_collected(writer.answer), **_request(writer), **written}
    same = _same(_collected(operation.answer), written)
    if operation in writers:
        others = [o for o in operations if nouns[o.name] == kind and o not in writers]
        asked = [key for other in others for key in _leaves(_request(other))]
        own = _leaves(_request(operation))
        by = [key for key in dict.fromkeys(asked) if key in own]
        made = _collected(operation.answer)
        numbers = [k for k in dict.fromkeys(asked) if k not in own and is_number(made.get(k))]
        return Does("keep", kind, [] if numbers else by, same, numbers)
    by = [key for key in _leaves(_request(operation)) if key in _leaves(written)]
    if _is(_FORGETS, operation):
        return Does("forget", kind, by, same) if by else None
    each = _each(operation.answer, same, written) if _is(_MANY, operation) else None
    return Does("show", kind, by, same, each=each) if (by or each) and same else None


def _is(pattern: re.Pattern[str], operation: Operation) -> bool:
    return pattern.match(names.kebab(operation.name)) is not None


def _noun(operation: Operation) -> str:
    """`GetSalesOrdersByCustomer` is about a sales-order."""
    name = names.kebab(operation.name)
    for verbs in (READS, _WRITES, _FORGETS, re.compile("[a-z]+(?=-)")):
        if (found := verbs.match(name)) is not None:
            name = name[found.end() :].lstrip("-")
            break
    return _singular(_AFTER.sub("", name))


def _singular(noun: str) -> str:
    for ending, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ss", "ss"), ("s", "")):
        if noun.endswith(ending):
            return noun.removesuffix(ending) + single
    return noun


def _request(operation: Operation) -> dict[str, Shape]:
    found = _collected(operation.body)
    return {**{p.member.key: p.member.shape for p in operation.parameters}, **found}


def _collected(record: Record | None) -> dict[str, Shape]:
    """What lies in a record by its key, the highest first."""
    found: dict[str, Shape] = {}
    seen = set()
    level = [record] if record else []
    while level:
        below = []
        for one in level:
            seen.add(one)
            for member in one.members:
                found.setdefault(member.key, member.shape)
                below += [r for r in _records(member.shape) if r not in seen]
        level = below
    return found


def _records(shape: Shape) -> Iterator[Record]:
    if isinstance(shape, Record):
        yield shape
    elif isinstance(shape, Listing):
        yield from _records(shape.item)


def _leaves(shapes: dict[str, Shape]) -> list[str]:
    return [key for key, shape in shapes.items() if isinstance(shape, Leaf)]


def _same(answer: dict[str, Shape], written: dict[str, Shape]) -> dict[str, str]:
    same = {key: key for key, shape in answer.items() if alike(shape, written.get(key))}
    for key, shape in answer.items():
        if isinstance(shape, Record) and key not in same and key not in written:
            other = next((k for k, s in written.items() if s is shape), None)
            if other is not None:
                same[key] = other
    return {key: other for key, other in same.items() if not key.startswith(("_", "xsi:"))}


def alike(one: Shape, other: Shape | None) -> bool:
    """Whether what is one of the other may stand for the first, which demands no more."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        demands = one.schema.items()
        met = all(other.schema.get(key) == value for key, value in demands)
        return met and one.conversion == other.conversion
    if isinstance(one, Listing) and isinstance(other, Listing):
        return alike(one.item, other.item)
    return one is other


def is_number(shape: Shape | None) -> bool:
    """Whether `1001` is one of its values."""
    if not isinstance(shape, Leaf) or shape.conversion != "same":
        return False
    schema = dict(shape.schema)
    most = schema.pop("maxLength", 10) >= 6 and schema.pop("maximum", 10**9) >= 10**6
    least = schema.pop("minLength", 0) <= 4 and schema.pop("minimum", 0) <= 1000
    return most and least and schema in ({"type": "string"}, {"type": "integer"})


def _each(answer: Record | None, same: dict[str, str], written: dict[str, Shape]) -> str | None:
    """The highest repeated element that holds what was written."""
    for key, shape in _collected(answer).items():
        if isinstance(shape, Listing) and isinstance(shape.item, Record):
            held = {member.key for member in shape.item.members}
            if held & same.keys() & written.keys():
                return key
    return None
