"""What a backend added to its replies since its WSDL was vendored.

A new element is the commonest change of a backend, and the one it does not announce. zeep fails on
it, or reads past it and loses every field behind it.
"""

from typing import Any

from lxml import etree

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def without_additions(element: etree._Element, kind: Any) -> list[str]:
    """Take out the elements that `kind`, zeep's type of `element`, does not have; their names.

    Only what is unknown goes: a second Total or a Total in the wrong place stays for the schema to
    refuse.
    """
    if not hasattr(kind, "elements") or XSI_TYPE in element.attrib:
        return []  # a text, or another type than declared
    known = {getattr(inner, "qname", None): inner.type for _, inner in kind.elements}
    if None in known:
        return []  # xsd:any: it is open anyway
    gone = []
    for child in list(element):
        if child.tag in known:
            gone += without_additions(child, known[child.tag])
        else:
            element.remove(child)
            gone.append(etree.QName(child).localname)
    return gone
