"""Imports that a schema needs and does not have, of schemas that everybody has.

.NET refers to `s:schema` before a DataSet, and rpc services to SOAP-encoded arrays, without saying
where these are declared; zeep knows a few by itself, libxml2 none.
"""

from collections.abc import Collection, Iterator

from lxml import etree

from connectors.protocols.soap.vendoring.documents import XSD
from connectors.protocols.soap.well_known import BY_NAMESPACE

NAMING = ("ref", "type", "base", "itemType")
"""Attributes of a schema that hold the name of something declared elsewhere."""
IMPORT = f"{{{XSD}}}import"


def supply(schema: etree._Element, vendored: Collection[str]) -> bool:
    """Give a schema its missing imports; whether there were any. `vendored`: namespaces that come
    with the WSDL."""
    needed = {name for name in _used(schema) if name in BY_NAMESPACE and name not in vendored}
    for declared in schema.findall(IMPORT):
        namespace = declared.get("namespace", "")
        if declared.get("schemaLocation"):
            needed.discard(namespace)
    for namespace in sorted(needed):
        _import(schema, namespace).set("schemaLocation", BY_NAMESPACE[namespace])
    return bool(needed)


def _import(schema: etree._Element, namespace: str) -> etree._Element:
    for declared in schema.findall(IMPORT):
        if declared.get("namespace") == namespace:
            return declared
    made = schema.makeelement(IMPORT, {"namespace": namespace})
    schema.insert(0, made)
    return made


def _used(schema: etree._Element) -> Iterator[str]:
    for declared in schema.findall(IMPORT):
        yield declared.get("namespace", "")
    for element in schema.iter(etree.Element):
        for attribute in NAMING:
            prefix, _, _ = element.get(attribute, "").rpartition(":")
            namespace = element.nsmap.get(prefix or None) or ""
            # Types of XML Schema are built in; only what is referred to whole is not.
            if element.get(attribute) and (namespace != XSD or attribute == "ref"):
                yield namespace
