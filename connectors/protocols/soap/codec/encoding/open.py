"""What the schema leaves open: XML text, put in as it is once it has been read; xs:anyType, where
the value says what it is; and SOAP-encoded arrays."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from connectors.protocols.soap.codec.encoding.context import (
    Context,
    Write,
    said,
    type_name,
    type_of,
)
from connectors.protocols.soap.codec.encoding.escaping import Out, escaped
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.reading.builtins import BUILTINS, SOAP_ENC
from connectors.protocols.soap.codec.shapes import TYPE_KEY, XSD, Complex, Element, Type
from connectors.protocols.soap.codec.texts.printing import BY_TYPE
from connectors.protocols.soap.codec.texts.simple import Unfit, text_maker
from connectors.protocols.soap.codec.texts.values import Xml
from connectors.protocols.soap.vendored import WsdlError


def element_in(value: object) -> tuple[str, str]:
    """The name of the one element in an XML text, and the text as it can be put into a message."""
    if not isinstance(value, str):
        raise Wrong("an element as XML text")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(value, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Wrong("an element as well-formed XML text") from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise Wrong("XML text without a DTD")
    return root.tag, etree.tostring(root, encoding="unicode", with_tail=False)


def xml_writer(tag: str) -> Write:
    """An element whose content is mixed: its value is the whole of it."""

    def write(value: Any, out: Out) -> None:
        found, text = element_in(value)
        if found != tag:
            raise Wrong("XML text of this element")
        out(text)

    return write


def anything_writer(name: str, tag: str, context: Context) -> Write:
    """xs:anyType: a simple value, a mapping with its type, or the whole element as Xml."""
    whole = xml_writer(tag)

    def write(value: Any, out: Out) -> None:
        if isinstance(value, Xml):
            whole(value, out)
        elif isinstance(value, Mapping):
            kind = _named(value, context)
            out(f"<{name}{type_of(kind, context)}")
            context.content(kind)(value, out)
            out(f"</{name}>")
        else:
            _simple(name, value, context, out)

    return write


def _named(value: Mapping[str, Any], context: Context) -> Complex:
    try:
        kind: Type | None = context.types.type(str(value.get(TYPE_KEY)))
    except WsdlError:
        kind = None
    if not isinstance(kind, Complex) or kind.abstract:
        raise Wrong(f"{TYPE_KEY} with the whole name of a type")
    return kind


def _simple(name: str, value: Any, context: Context, out: Out) -> None:
    if type(value) not in BY_TYPE:
        raise Wrong("a simple value, a mapping or Xml")
    kind = BUILTINS[f"{{{XSD}}}{BY_TYPE[type(value)]}"]
    try:
        text = text_maker(kind)(value)
    except Unfit as unfit:
        raise Wrong(str(unfit)) from None
    out(f"<{name}{type_of(kind, context)}>{escaped(text)}</{name}>")


def array_writer(name: str, kind: Complex, item: Type, context: Context) -> Write:
    """SOAP 1.1, section 5.4.2: the array says of what it is and how many there are."""
    write_item = context.element(Element("item", "item", item, nillable=True))
    of, declared = type_name(item.name or f"{{{XSD}}}anyType", context)
    start = f'<{name}{said(kind, context)}{declared} xmlns:soapenc="{SOAP_ENC}"'

    def write(value: Any, out: Out) -> None:
        if not isinstance(value, list | tuple):
            raise Wrong("a list")
        out(f'{start} soapenc:arrayType="{of}[{len(value)}]">')
        for number, one in enumerate(value, 1):
            try:
                write_item(one, out)
            except Wrong as wrong:
                wrong.path.append(f"[{number}]")
                raise
        out(f"</{name}>")

    return write
