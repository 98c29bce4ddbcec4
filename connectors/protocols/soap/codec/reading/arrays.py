"""SOAP-encoded arrays (SOAP 1.1, section 5.4): a restriction of soapenc:Array, which says in an
attribute of the WSDL's namespace what the items are."""

from typing import Protocol

from connectors.protocols.soap.codec.reading.builtins import SOAP_ENC
from connectors.protocols.soap.codec.reading.documents import Declared, inner, resolved
from connectors.protocols.soap.codec.shapes import Complex, Element, Type

ARRAY = f"{{{SOAP_ENC}}}Array"
_ARRAY_TYPE = "{http://schemas.xmlsoap.org/wsdl/}arrayType"


class Types(Protocol):
    def type(self, name: str) -> Type: ...


def items_of(found: Complex, at: Declared, types: Types) -> Type | None:
    """The type of the items; None of what is no array."""
    if found.base is None or found.base.name != ARRAY:
        return None
    for attribute in inner(at.node, "attribute"):
        if declared := attribute.get(_ARRAY_TYPE):
            return types.type(resolved(declared.split("[")[0], at._replace(node=attribute)))
    for part in found.content.parts if found.content else ():
        if isinstance(part, Element):
            return part.type
    return None
