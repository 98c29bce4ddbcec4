"""Per type, the function that reads an element of it; made when first needed, once per port."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.decoding.leaves import Reader, leaf
from connectors.protocols.soap.codec.decoding.mapping import mapping_reader
from connectors.protocols.soap.codec.decoding.wild import xml_of
from connectors.protocols.soap.codec.obstacles import left_to_zeep, obstacle
from connectors.protocols.soap.codec.once import Once
from connectors.protocols.soap.codec.reading.types import ANY_TYPE, Types
from connectors.protocols.soap.codec.shapes import TYPE_KEY, AnyType, Complex, Element, Simple, Type
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.vendored import WsdlError

Fallback = Callable[[str], Reader]
"""How zeep reads a type, by its name."""


class Decoder:
    def __init__(self, types: Types, fallback: Fallback, *, encoded: bool = False) -> None:
        """`encoded`: by SOAP 1.1 section 5, where the order of elements says nothing."""
        self._types = types
        self._fallback = fallback
        self._encoded = encoded
        self.of = Once(self._made)
        """Reads an element of a type, or of one derived from it; it may be nil."""
        self._exactly = Once(self._made_exactly)

    def element(self, element: Element) -> Reader:
        kind = element.type
        if isinstance(kind, Simple):
            return leaf(element, kind)
        if (name := left_to_zeep(element)) is not None:
            return self._fallback(name)
        return self.of(kind)

    def _made(self, kind: Type) -> Reader:
        if isinstance(kind, Simple):
            return leaf(Element("", "", kind), kind)
        if isinstance(kind, AnyType):
            return self._anything
        return self._named(kind) if kind.derived or kind.abstract else self._exactly(kind)

    def _made_exactly(self, kind: Complex) -> Reader:
        """Of the type itself, whatever xsi:type says."""
        if kind.name and obstacle(kind):
            return self._fallback(kind.name)
        if kind.mixed:
            return _or_nil(xml_of)
        if kind.array_of is not None:
            return _array(self.of(kind.array_of))
        return mapping_reader(kind, self.element, in_order=not self._encoded)

    def _named(self, declared: Complex) -> Reader:
        """Of the declared type or one derived from it, as xsi:type says; made on first sight."""
        labels = names.labels(declared.derived)
        kinds = {kind.name: kind for kind in (declared, *declared.derived)}
        readers: dict[str | None, Reader] = {}

        def read(element: etree._Element) -> Any:
            name = names.written_type(element) or declared.name
            if name not in readers:
                readers[name] = self._exactly(_concrete(kinds.get(name), element))
            value = readers[name](element)
            if name != declared.name and isinstance(value, dict):
                last = names.local(str(name))
                return {TYPE_KEY: last if last in labels else name, **value}
            return value

        return read

    def _anything(self, element: etree._Element) -> Any:
        """Of xs:anyType: as xsi:type says, else a text where there is no more than that, else Xml."""
        if element.get(names.NIL) in names.TRUE:
            return None
        name = names.written_type(element)
        if name is not None and name != ANY_TYPE.name:
            return self._said(name, element)
        return xml_of(element) if len(element) or element.attrib else element.text or ""

    def _said(self, name: str, element: etree._Element) -> Any:
        try:
            kind = self._types.type(name)
        except WsdlError:
            raise ReplyError(f"{names.local(element.tag)} is of a type nobody declared") from None
        if isinstance(kind, Complex):
            value = self._exactly(_concrete(kind, element))(element)
            return {TYPE_KEY: name, **value} if isinstance(value, dict) else value
        return self.of(kind)(element)


def _concrete(kind: Complex | None, element: etree._Element) -> Complex:
    name = names.local(element.tag)
    if kind is None:
        raise ReplyError(f"{name} is of a type that is not derived from the declared one")
    if kind.abstract:
        raise ReplyError(f"{name} does not say which of several types it is of")
    return kind


def _or_nil(read: Reader) -> Reader:
    return lambda element: None if element.get(names.NIL) in names.TRUE else read(element)


def _array(item: Reader) -> Reader:
    return _or_nil(lambda element: [item(child) for child in element])
