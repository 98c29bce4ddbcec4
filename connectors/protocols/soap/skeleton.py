"""The shape of a message for a log: its elements by name, what is nil, and no value at all."""

from collections.abc import Iterator

from lxml import etree

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
MAX_ELEMENTS = 500


def skeleton(envelope: bytes | etree._Element) -> str:
    """E.g. `Envelope(Header() Body(Ask(No() Note(nil))))`. Texts, attributes, comments, processing
    instructions and namespaces are left out, and so is what comes after MAX_ELEMENTS."""
    if isinstance(envelope, bytes):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        envelope = etree.fromstring(envelope, parser)
    return "".join(_pieces(envelope))


def _pieces(root: etree._Element) -> Iterator[str]:
    for count, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        if event == "end":
            yield ")"
        elif count > 2 * MAX_ELEMENTS:
            yield "…"
            return
        else:
            yield f"{_apart(element, root)}{etree.QName(element).localname}({_nil(element)}"


def _apart(element: etree._Element, root: etree._Element) -> str:
    return " " if element is not root and element.getprevious() is not None else ""


def _nil(element: etree._Element) -> str:
    return "nil" if element.get(NIL, "").strip() in {"1", "true"} else ""
