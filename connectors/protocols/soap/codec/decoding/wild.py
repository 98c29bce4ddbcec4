"""What the schema leaves open, as XML text."""

import re

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.shapes import Any
from connectors.protocols.soap.codec.texts.values import Xml

_IN_VALUES = re.compile(r"""["'>\s]([\w.-]+):\w""")


def xml_of(element: etree._Element) -> Xml:
    """Canonical XML that declares what it uses, and nothing else of the message around it: also
    the prefixes that are used in values only, as in xsi:type."""
    raw = etree.tostring(element, encoding="unicode", with_tail=False)
    values = set(_IN_VALUES.findall(raw))
    used = [prefix for prefix in element.nsmap if prefix in values]
    text: bytes = etree.tostring(
        element, method="c14n", exclusive=True, with_tail=False, inclusive_ns_prefixes=used
    )
    return Xml(text.decode())


def accepts(wildcard: Any, tag: str) -> bool:
    """Whether the namespace is one that the wildcard allows."""
    space = names.namespace(tag)
    kind, _, target = wildcard.namespaces.partition(" ")
    if kind == "##any":
        return True
    if kind == "##other":
        return space not in ("", target)
    return (space or "##local") in wildcard.namespaces.split()
