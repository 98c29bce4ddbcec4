"""What an element holds: attributes, and a text or parts."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.protocols.soap.codec.encoding.context import Write
from connectors.protocols.soap.codec.encoding.escaping import (
    Out,
    Prefixes,
    escaped,
    qualified,
    quoted,
)
from connectors.protocols.soap.codec.encoding.parts import Values, at, known, piece_of
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.shapes import (
    ANY_ATTRIBUTES,
    NIL_KEY,
    TYPE_KEY,
    Attribute,
    Complex,
    Element,
    Simple,
)
from connectors.protocols.soap.codec.texts.simple import Unfit, text_maker

_ANY_TEXT = text_maker(Simple(None, "string"))

Put = Callable[[Values, Out], None]


def content_writer(
    kind: Complex, prefixes: Prefixes, writer_of: Callable[[Element], Write]
) -> Write:
    """Writes what follows the name of an element, up to its end tag."""
    attributes = [_attribute(a, number, prefixes) for number, a in enumerate(kind.attributes)]
    if kind.any_attribute:
        attributes.append(_any_attributes)
    piece = piece_of(kind.content, writer_of) if kind.content else None
    keys = {attribute.key for attribute in kind.attributes} | {TYPE_KEY, NIL_KEY}
    keys |= {ANY_ATTRIBUTES} if kind.any_attribute else set()
    keys |= {kind.text_key} if kind.text else set()
    allowed = frozenset(keys | piece.keys if piece else keys)
    body = _text(kind.text_key, kind.text) if kind.text else piece.write if piece else _nothing

    def write(value: Any, out: Out) -> None:
        known(value, allowed)
        nil = value.get(NIL_KEY) is True
        for put in attributes:
            put(value, out)
        out(">")
        if not nil:
            body(value, out)

    return write


def _nothing(_values: Values, _out: Out) -> None:
    return


def _text(key: str, simple: Simple) -> Put:
    text_of = text_maker(simple)

    def put(values: Values, out: Out) -> None:
        if key not in values:
            raise at(key, "it to be there")
        try:
            out(escaped(text_of(values[key])))
        except Unfit as unfit:
            raise at(key, str(unfit)) from None

    return put


def _attribute(attribute: Attribute, number: int, prefixes: Prefixes) -> Put:
    key, name = attribute.key, prefixes.name(attribute.name)
    text_of = text_maker(attribute.type)
    is_name = attribute.type.kind == "QName"

    def put(values: Values, out: Out) -> None:
        if key not in values:
            if attribute.required:
                raise at(key, "it to be there")
            return
        value, declared = values[key], ""
        if is_name and isinstance(value, str):
            value, declared = qualified(value, f"q{number}")
        try:
            text = text_of(value)
        except Unfit as unfit:
            raise at(key, str(unfit)) from None
        if attribute.fixed not in (None, text):
            raise at(key, str(attribute.fixed))
        out(f"{declared} {name}={quoted(text)}")

    return put


def _any_attributes(values: Values, out: Out) -> None:
    given = values.get(ANY_ATTRIBUTES, {})
    if not isinstance(given, Mapping):
        raise at(ANY_ATTRIBUTES, "a mapping of attributes")
    for number, (name, text) in enumerate(given.items()):
        try:
            written, declared = qualified(str(name), f"a{number}")
            out(f"{declared} {written}={quoted(_ANY_TEXT(text))}")
        except (Unfit, Wrong) as unfit:
            raise at(ANY_ATTRIBUTES, "names and texts that XML can hold") from unfit
