"""Elements that hold elements, or attributes beside a text: to a mapping."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.decoding.attributes import Put, attributes_reader
from connectors.protocols.soap.codec.decoding.leaves import SCOPED, Reader, no_value
from connectors.protocols.soap.codec.decoding.others import Others, keyed, others_of
from connectors.protocols.soap.codec.decoding.runs import FEW, Take, runs_of
from connectors.protocols.soap.codec.decoding.straight import straight_reader
from connectors.protocols.soap.codec.shapes import NIL_KEY, Complex, Element, Simple, fields
from connectors.protocols.soap.codec.texts.parsing import Parse
from connectors.protocols.soap.codec.texts.simple import parser
from connectors.protocols.soap.envelope import ReplyError

ReaderOf = Callable[[Element], Reader]


class Entry(NamedTuple):
    """What to do with a child."""

    key: str
    many: bool
    leaf: bool
    """Whether a text is all it has; what that is made into is `parse`, None for itself."""
    parse: Parse | None
    read: Reader
    """For all but the text of a leaf: what is empty, what is nil."""


def mapping_reader(kind: Complex, reader_of: ReaderOf, *, in_order: bool = True) -> Reader:
    """`reader_of`: how an element in it is read. `in_order`: whether children are sure to have the
    order of the schema."""
    entries = dict(_entries(kind, reader_of))
    others = others_of(kind, reader_of)
    runs = None if others else runs_of(kind, entries)
    general = _general(kind, reader_of, entries, others, runs)
    if others or not in_order:
        return general
    readers = {tag: entry.read for tag, entry in entries.items()}
    return straight_reader(kind, readers, general, has_runs=runs is not None) or general


def _general(
    kind: Complex,
    reader_of: ReaderOf,
    entries: Mapping[str, Entry],
    others: Others | None,
    runs: Take | None,
) -> Reader:
    attributes = attributes_reader(kind)
    beside = _beside(kind, reader_of, attributes)
    lists = [p.key for p, loose in fields(kind.content) if p.many and p.key and not loose]

    def read(element: etree._Element) -> Any:
        if element.get(names.NIL) in names.TRUE:
            return _nil(element, attributes)
        values: dict[str, Any] = {key: [] for key in lists} if lists else {}
        children: Iterable[etree._Element] = element
        if runs is not None and len(element) > FEW:
            children = runs(element, values)
        place = None
        child = element
        try:
            for child in children:
                entry = entries.get(child.tag)
                if entry is None:
                    place = place or _open(others, values, child)
                    place(child)
                    continue
                key, many, leaf, parse, inner = entry
                if leaf and (found := child.text) is not None:
                    value = found if parse is None else parse(found)
                else:
                    value = inner(child)
                if many:
                    values.setdefault(key, []).append(value)
                else:
                    values[key] = value
            if beside is not None:
                beside(element, values)
        except (ValueError, ArithmeticError) as error:
            raise no_value(child.tag) from error
        return values

    return read


def _beside(kind: Complex, reader_of: ReaderOf, attributes: Put | None) -> Put | None:
    """The text of an element that has one instead of elements, and the attributes."""
    if kind.text is None:
        return attributes
    text = reader_of(Element("", kind.text_key, kind.text))

    def put(element: etree._Element, values: dict[str, Any]) -> None:
        values[kind.text_key] = text(element)
        if attributes is not None:
            attributes(element, values)

    return put


def _entries(kind: Complex, reader_of: ReaderOf) -> Iterator[tuple[str, Entry]]:
    for part, _ in fields(kind.content):
        if not isinstance(part, Element):
            continue
        if part.substitutes:
            yield from _substitutes(part, reader_of)
        elif isinstance(part.type, Simple) and part.type.kind not in SCOPED:
            yield part.name, Entry(part.key, part.many, True, parser(part.type), reader_of(part))
        else:
            yield part.name, Entry(part.key, part.many, False, None, reader_of(part))


def _substitutes(head: Element, reader_of: ReaderOf) -> Iterator[tuple[str, Entry]]:
    for member in (head, *head.substitutes):
        if not member.abstract:
            read = keyed(names.local(member.name), reader_of(member))
            yield member.name, Entry(head.key, head.many, False, None, read)


def _open(others: Any, values: dict[str, Any], child: etree._Element) -> Reader:
    if others is None:
        raise ReplyError(f"{names.local(child.tag)} is not expected")
    opened: Reader = others(values)
    return opened


def _nil(element: etree._Element, attributes: Put | None) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    if attributes is not None:
        attributes(element, values)
    return {NIL_KEY: True, **values} if values else None
