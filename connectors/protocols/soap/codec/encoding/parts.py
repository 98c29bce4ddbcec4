"""Elements, wildcards and groups of a mapping, in the order of the schema."""

from collections.abc import Callable, Mapping
from typing import Any as Anything
from typing import NamedTuple

from connectors.protocols.soap.codec.decoding.wild import accepts
from connectors.protocols.soap.codec.encoding.context import Write
from connectors.protocols.soap.codec.encoding.escaping import Out
from connectors.protocols.soap.codec.encoding.open import element_in
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.judging.content import empty
from connectors.protocols.soap.codec.shapes import Any, Element, Group, Part

Values = Mapping[str, Anything]


_ABSENT: Anything = object()


class Piece(NamedTuple):
    """One part of a mapping, ready to be written."""

    keys: frozenset[str]
    needed: frozenset[str]
    """The keys without which it cannot be."""
    write: Callable[[Values, Out], None]


def piece_of(part: Part, writer_of: Callable[[Element], Write]) -> Piece:
    if isinstance(part, Group):
        return _repeated(part, writer_of) if part.many else _group(part, writer_of)
    key = frozenset((part.key,))
    write = writer_of(part) if isinstance(part, Element) else _wildcard(part)
    put = _list(part, write) if part.many else _one(part, write)
    return Piece(key, key if part.min else frozenset(), put)


def _one(part: Element | Any, write: Write) -> Callable[[Values, Out], None]:
    key, needed = part.key, part.min > 0

    def put(values: Values, out: Out) -> None:
        value = values.get(key, _ABSENT)
        if value is not _ABSENT:
            try:
                write(value, out)
            except Wrong as wrong:
                wrong.path.append(key)
                raise
        elif needed:
            raise at(key, "it to be there")

    return put


def _list(part: Element | Any | Group, write: Write) -> Callable[[Values, Out], None]:
    key, low, high = part.key or "", part.min, part.max

    def put(values: Values, out: Out) -> None:
        found = values.get(key, ())
        if not isinstance(found, list | tuple):
            raise at(key, "a list")
        if len(found) < low or (high is not None and len(found) > high):
            raise at(key, f"{low} to {'any number' if high is None else high} of them")
        for number, value in enumerate(found, 1):
            try:
                write(value, out)
            except Wrong as wrong:
                wrong.path += [f"[{number}]", key]
                raise

    return put


def _wildcard(part: Any) -> Write:
    def write(value: Anything, out: Out) -> None:
        tag, text = element_in(value)
        if not accepts(part, tag):
            raise Wrong("an element of a namespace that is allowed here")
        out(text)

    return write


def _repeated(group: Group, writer_of: Callable[[Element], Write]) -> Piece:
    inner = _group(Group(group.kind, group.parts), writer_of)

    def write(value: Anything, out: Out) -> None:
        known(value, inner.keys)
        inner.write(value, out)

    key = frozenset((group.key or "",))
    low = 0 if empty(group) else group.min
    put = _list(Group(group.kind, group.parts, low, group.max, group.key), write)
    return Piece(key, key if low else frozenset(), put)


def _group(group: Group, writer_of: Callable[[Element], Write]) -> Piece:
    pieces = [piece_of(part, writer_of) for part in group.parts]
    keys = frozenset[str]().union(*(piece.keys for piece in pieces))
    if group.kind == "choice":
        return _choice(group, keys, pieces)
    needed = frozenset[str]().union(*(piece.needed for piece in pieces))
    optional = group.min == 0

    def put(values: Values, out: Out) -> None:
        if optional and not keys & values.keys():
            return
        for piece in pieces:
            piece.write(values, out)

    return Piece(keys, frozenset() if optional else needed, put)


def _choice(group: Group, keys: frozenset[str], pieces: list[Piece]) -> Piece:
    optional = group.min == 0 or empty(group)
    words = "one of " + ", ".join(sorted(keys))

    def put(values: Values, out: Out) -> None:
        there = keys & values.keys()
        if not there and optional:
            return
        fitting = [piece for piece in pieces if there and there <= piece.keys]
        if not fitting:
            raise Wrong(words)
        complete = (piece for piece in fitting if piece.needed <= there)
        next(complete, fitting[0]).write(values, out)

    return Piece(keys, frozenset(), put)


def known(value: Anything, keys: frozenset[str]) -> None:
    """Raises Wrong unless the value is a mapping without any other key."""
    if type(value) is not dict and not isinstance(value, Mapping):  # the usual one is quicker asked
        raise Wrong("a mapping")
    if not value.keys() <= keys:
        raise at(str(min(map(str, value.keys() - keys))), "nothing of this name")


def at(key: str, expected: str) -> Wrong:
    wrong = Wrong(expected)
    wrong.path.append(key)
    return wrong
