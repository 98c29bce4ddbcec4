"""Elements that hold a text."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.reading.builtins import BUILTINS
from connectors.protocols.soap.codec.shapes import Element, Simple
from connectors.protocols.soap.codec.texts.parsing import Parse
from connectors.protocols.soap.codec.texts.simple import parser
from connectors.protocols.soap.envelope import ReplyError

Reader = Callable[[etree._Element], Any]

SCOPED = ("QName", "NOTATION", "anySimpleType")
"""Kinds whose text alone does not say the value: a prefix or xsi:type has a part in it."""


def leaf(element: Element, kind: Simple) -> Reader:
    """Reads an element that is there: its text, its default where it is empty, None where nil."""
    parse = _scoped(kind) if kind.kind in SCOPED else _plain(parser(kind))
    instead = element.default or element.fixed or ""

    def read(child: etree._Element) -> Any:
        text = child.text
        if text is None:
            if child.get(names.NIL) in names.TRUE:
                return None
            text = instead
        return parse(text, child)

    return read


def no_value(name: str) -> ReplyError:
    return ReplyError(f"{names.local(name)} has a value that Python cannot hold")


def _plain(parse: Parse | None) -> Callable[[str, etree._Element], Any]:
    if parse is None:
        return lambda text, _: text
    return lambda text, _: parse(text)


def _scoped(kind: Simple) -> Callable[[str, etree._Element], Any]:
    if kind.kind != "anySimpleType":
        return names.in_scope

    def parse(text: str, child: etree._Element) -> Any:
        written = BUILTINS.get(names.written_type(child) or "")
        inner = parser(written) if written else None
        return text if inner is None else inner(text)

    return parse
