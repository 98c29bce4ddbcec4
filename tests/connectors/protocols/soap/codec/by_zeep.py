"""What zeep makes of an element, and what of it is the same as ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from zeep import Settings, helpers
from zeep.wsdl import Document
from zeep.xsd import context

from connectors.protocols.soap.codec.shapes import NIL_KEY, TYPE_KEY
from connectors.protocols.soap.codec.texts.values import Xml
from connectors.protocols.soap.vendored import ROOT, Vendored
from tests.connectors.protocols.test_soap_wsdl import first_soap_port

serialize: Any = helpers.serialize_object
context_of: Any = context.XmlParserContext


def zeep_operations(main: Path) -> dict[str, Any]:
    """Of the first SOAP binding of a WSDL, by name."""
    transport: Any = Vendored(main.parent)
    document: Any = Document(f"{ROOT}{main.name}", transport, settings=Settings())
    wanted = first_soap_port(main)
    ports = (ports for service in document.services.values() for ports in (service.ports,))
    binding = next(found[wanted].binding for found in ports if wanted in found)
    return dict(binding.all())


def read_by_zeep(message: Any, element: etree._Element, *, rpc: bool) -> Any:
    """`message`: zeep's. Of document style by the element that is declared: zeep takes all parts
    for the Body's, whichever the binding names, and then reads only what holds them all."""
    schema = message.wsdl.types
    declared = message.body if rpc else schema.get_element(element.tag)
    how = context_of(settings=message.wsdl.settings)
    return serialize(declared.parse(element, schema, context=how), dict)


def comparable(value: Any) -> Any:
    """What zeep can tell: it has one None for what is absent, empty or nil, no xsi:type, and for
    what the schema leaves open an element of lxml's."""
    if isinstance(value, dict):
        inner = {k: comparable(v) for k, v in value.items() if k not in (TYPE_KEY, NIL_KEY)}
        return {key: one for key, one in inner.items() if one not in (None, [])} or None
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if isinstance(value, Xml | etree._Element):
        return "XML"
    return None if value == "" else value


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """What differs, by path, with the kinds of value; values are compared with their types."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key), theirs.get(key), f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from differences(one, other, path)
    elif type(ours) is not type(theirs) or ours != theirs:
        yield f"{path}: {type(ours).__name__} and zeep {type(theirs).__name__}"
