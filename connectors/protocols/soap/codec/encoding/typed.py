"""Elements that hold a mapping, which may say that it is of a derived type."""

from collections.abc import Mapping
from typing import Any

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.encoding.context import Context, Write, type_of
from connectors.protocols.soap.codec.encoding.escaping import Out
from connectors.protocols.soap.codec.encoding.parts import at
from connectors.protocols.soap.codec.encoding.straight import UNUSUAL, is_straight
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.obstacles import obstacle
from connectors.protocols.soap.codec.shapes import NIL_KEY, TYPE_KEY, Complex


def mapping_writer(name: str, tag: str, declared: Complex, context: Context) -> Write:
    """`name`: as it stands in the message, of `tag`."""
    labels = {**names.labels(declared.derived), **names.labels([declared])}
    writers: dict[Complex, Write] = {}
    straight = context.straight(declared) if is_straight(declared) and not context.encoded else None

    def write(value: Any, out: Out) -> None:
        if straight is not None:
            try:
                out(f"<{name}>{straight(value)}</{name}>")
            except UNUSUAL:
                pass
            else:
                return
        kind = _kind(value, declared, labels)
        if kind not in writers:
            told = context.encoded or kind is not declared
            start = f"<{name}{type_of(kind, context)}" if told else f"<{name}"
            writers[kind] = _exactly(kind, start, f"</{name}>", tag, context)
        writers[kind](value, out)

    return write


def _kind(value: Any, declared: Complex, labels: Mapping[str, Complex]) -> Complex:
    kind: Complex | None = declared
    if isinstance(value, Mapping) and TYPE_KEY in value:
        kind = labels.get(value[TYPE_KEY])
    if kind is None or kind.abstract:
        concrete = sorted({names.local(k.name or "") for k in labels.values() if not k.abstract})
        raise at(TYPE_KEY, "one of " + ", ".join(concrete))
    return kind


def _exactly(kind: Complex, start: str, end: str, tag: str, context: Context) -> Write:
    if kind.name and obstacle(kind):
        return by_zeep(kind.name, tag, context)
    content = context.content(kind)

    def write(value: Any, out: Out) -> None:
        out(start)
        if isinstance(value, Mapping) and value.get(NIL_KEY) is True:
            out(' xsi:nil="true"')
        content(value, out)
        out(end)

    return write


def by_zeep(name: str, tag: str, context: Context) -> Write:
    """`name`: of the type, or `element ` and the element's."""

    def write(value: Any, out: Out) -> None:
        if not isinstance(value, Mapping):
            raise Wrong("a mapping")
        out(context.fallback(name, tag, value))

    return write
