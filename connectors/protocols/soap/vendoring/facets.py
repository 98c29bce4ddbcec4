"""What the schemas say of values beyond their type, and of bytes beside the message: by name."""

from collections.abc import Iterator, Mapping

from lxml import etree

from connectors.protocols.soap.vendored import ROOT
from connectors.protocols.soap.vendoring.documents import XSD
from connectors.protocols.soap.vendoring.reading import Documents

KINDS: Mapping[str, tuple[str, ...]] = {
    "enumerations": ("enumeration",),
    "patterns": ("pattern",),
    "lengths": ("length", "minLength", "maxLength"),
    "ranges": ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
    "digits": ("totalDigits", "fractionDigits"),
}
EXPECTED = "{http://www.w3.org/2005/05/xmlmime}expectedContentTypes"
SWA_REF = "http://ws-i.org/profiles/basic/1.1/xsd"


def facets(documents: Documents) -> dict[str, list[str]]:
    """The types that have a facet, by its kind. An anonymous type is named by the path to it."""
    return {
        kind: _owners(documents, [f"{{{XSD}}}{n}" for n in names]) for kind, names in KINDS.items()
    }


def attachments(documents: Documents) -> list[str]:
    """Elements whose bytes may come beside the message: as XOP, or as a WS-I reference."""
    return list(
        dict.fromkeys(
            _path(element)
            for element in _elements(documents, [f"{{{XSD}}}element", f"{{{XSD}}}attribute"])
            if element.get(EXPECTED) is not None or _is_reference(element)
        )
    )


def _is_reference(element: etree._Element) -> bool:
    prefix, _, local = element.get("type", "").rpartition(":")
    return local == "swaRef" and element.nsmap.get(prefix or None) == SWA_REF


def _owners(documents: Documents, tags: list[str]) -> list[str]:
    return list(dict.fromkeys(_path(facet.getparent()) for facet in _elements(documents, tags)))


def _elements(documents: Documents, tags: list[str]) -> Iterator[etree._Element]:
    """Of what is vendored: what everybody has says nothing of this backend."""
    for url, root in documents.items():
        if url.startswith(ROOT):
            yield from root.iter(*tags)


def _path(element: etree._Element | None) -> str:
    names = []
    while element is not None and element.tag != f"{{{XSD}}}schema":
        if name := element.get("name"):
            names.append(name)
        element = element.getparent()
    return "/".join(reversed(names))
