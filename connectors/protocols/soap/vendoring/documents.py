"""One document of a WSDL: parsed without entities, network or DTD, and what it refers to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors.protocols.soap.vendored import WsdlError

WSDL = "http://schemas.xmlsoap.org/wsdl/"
XSD = "http://www.w3.org/2001/XMLSchema"
ROOTS = frozenset({f"{{{WSDL}}}definitions", f"{{{XSD}}}schema"})
MAX_BYTES = 16 << 20
"""Of one document; the largest published WSDL we know of has 4 MB."""

LOCATIONS = {
    f"{{{WSDL}}}import": "location",
    f"{{{XSD}}}import": "schemaLocation",
    f"{{{XSD}}}include": "schemaLocation",
    f"{{{XSD}}}redefine": "schemaLocation",
}


@dataclass(frozen=True, slots=True)
class Reference:
    element: etree._Element
    attribute: str

    @property
    def location(self) -> str:
        return (self.element.get(self.attribute) or "").strip()

    @property
    def namespace(self) -> str:
        return self.element.get("namespace") or ""

    def lead_to(self, location: str) -> None:
        self.element.set(self.attribute, location)


def parse(content: bytes, name: str) -> etree._Element:
    """The root of a WSDL or schema. Raises WsdlError, with `name`, for anything else."""
    if len(content) > MAX_BYTES:
        raise WsdlError(f"{name} has over {MAX_BYTES >> 20} MB")
    # Without huge_tree libxml2 refuses depth over 256 and floods of entities.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise WsdlError(f"{name} is no XML: {error.msg}") from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise WsdlError(f"{name} has a DTD, which no WSDL needs; take it out of a copy")
    if root.tag not in ROOTS:
        kind = etree.QName(root)
        raise WsdlError(
            f"{name} is neither a WSDL 1.1 nor a schema but a {kind.localname} of {kind.namespace}"
        )
    return root


def references(root: etree._Element) -> Iterator[Reference]:
    for element in root.iter(*LOCATIONS):
        yield Reference(element, LOCATIONS[str(element.tag)])


def schemas(root: etree._Element) -> Iterator[etree._Element]:
    """The schemas in a document, be it one itself."""
    return root.iter(f"{{{XSD}}}schema")
