"""Attributes, beside what an element holds."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.shapes import ANY_ATTRIBUTES, Complex, Simple
from connectors.protocols.soap.codec.texts.simple import parser

_XSI = f"{{{names.XSI}}}"

Put = Callable[[etree._Element, dict[str, Any]], None]


def attributes_reader(kind: Complex) -> Put | None:
    """What puts the attributes of an element among its values; None if it has none."""
    if not kind.attributes and not kind.any_attribute:
        return None
    known = {a.name: (a.key, _parser(a.type)) for a in kind.attributes}
    defaults = {a.name: d for a in kind.attributes if (d := a.default or a.fixed) is not None}

    def put(element: etree._Element, values: dict[str, Any]) -> None:
        given = dict(names.attributes(element))
        for name, text in {**defaults, **given}.items():
            if (entry := known.get(name)) is not None:
                values[entry[0]] = entry[1](text, element)
            elif kind.any_attribute and not name.startswith(_XSI):
                values.setdefault(ANY_ATTRIBUTES, {})[name] = text

    return put


def _parser(simple: Simple) -> Callable[[str, etree._Element], Any]:
    if simple.kind == "QName":
        return names.in_scope
    parse = parser(simple)
    if parse is None:
        return lambda text, _: text
    return lambda text, _: parse(text)
