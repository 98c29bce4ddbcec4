"""Per type, the function that writes an element of it; made when first needed, once per port."""

from collections.abc import Mapping
from typing import Any

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.encoding.context import Context, Fallback, Write, said
from connectors.protocols.soap.codec.encoding.escaping import Out, Prefixes, escaped, qualified
from connectors.protocols.soap.codec.encoding.mapping import content_writer
from connectors.protocols.soap.codec.encoding.open import anything_writer, array_writer, xml_writer
from connectors.protocols.soap.codec.encoding.straight import Text, straight_text
from connectors.protocols.soap.codec.encoding.typed import by_zeep, mapping_writer
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.obstacles import left_to_zeep
from connectors.protocols.soap.codec.once import Once
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.codec.shapes import NIL_KEY, AnyType, Complex, Element, Simple
from connectors.protocols.soap.codec.texts.simple import Unfit, text_maker


class Encoder:
    """The Context of the writers."""

    def __init__(
        self, types: Types, prefixes: Prefixes, fallback: Fallback, *, encoded: bool = False
    ) -> None:
        """`encoded`: by SOAP 1.1 section 5, where every element says of which type it is."""
        self.types = types
        self.prefixes = prefixes
        self.fallback = fallback
        self.encoded = encoded
        self.content = Once(self._content)
        self.straight = Once(self._straight)

    def _content(self, kind: Complex) -> Write:
        return content_writer(kind, self.prefixes, self.element)

    def _straight(self, kind: Complex) -> Text:
        return straight_text(kind, self)

    def element(self, element: Element) -> Write:
        """Writes one element of a value; where others may stand in its place, of a mapping."""
        if not element.substitutes:
            return _or_nil(element, self)
        members = (element, *element.substitutes)
        known = {names.local(m.name): m for m in members if not m.abstract}
        writers: dict[str, Write] = {}

        def write(value: Any, out: Out) -> None:
            one = isinstance(value, Mapping) and len(value) == 1 and value.keys() <= known.keys()
            if not one:
                raise Wrong("a mapping with one of " + ", ".join(known))
            [(name, inner)] = value.items()
            if name not in writers:
                writers[name] = _or_nil(known[name], self)
            try:
                writers[name](inner, out)
            except Wrong as wrong:
                wrong.path.append(name)
                raise

        return write


def _or_nil(element: Element, context: Context) -> Write:
    name = context.prefixes.name(element.name)
    nillable = element.nillable or context.encoded
    inner = _writer(name, element, context)
    may_say_nil = not isinstance(element.type, Simple)

    def write(value: Any, out: Out) -> None:
        if value is None:
            if not nillable:
                raise Wrong("something, not nil")
            out(f'<{name} xsi:nil="true"/>')
            return
        if (
            may_say_nil
            and not nillable
            and isinstance(value, Mapping)
            and value.get(NIL_KEY) is True
        ):
            raise Wrong("something, not nil")
        inner(value, out)

    return write


def _writer(name: str, element: Element, context: Context) -> Write:
    kind = element.type
    if isinstance(kind, Simple):
        return _leaf(name, element, kind, context)
    if isinstance(kind, AnyType):
        return anything_writer(name, element.name, context)
    if kind.mixed:
        return xml_writer(element.name)
    if (left := left_to_zeep(element)) is not None:
        return by_zeep(left, element.name, context)
    if kind.array_of is not None:
        return array_writer(name, kind, kind.array_of, context)
    return mapping_writer(name, element.name, kind, context)


def _leaf(name: str, element: Element, kind: Simple, context: Context) -> Write:
    text_of, start, end = text_maker(kind), f"<{name}{said(kind, context)}", f"</{name}>"
    fixed, is_name = element.fixed, kind.kind == "QName"

    def write(value: Any, out: Out) -> None:
        declared = ""
        if is_name and isinstance(value, str):
            value, declared = qualified(value)
        try:
            text = text_of(value)
        except Unfit as unfit:
            raise Wrong(str(unfit)) from None
        if fixed is not None and text != fixed:
            raise Wrong(fixed)
        out(f"{start}{declared}>{escaped(text)}{end}")

    return write
