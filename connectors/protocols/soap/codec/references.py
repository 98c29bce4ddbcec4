"""SOAP-encoded messages (SOAP 1.1, section 5): elements that are sent once and referred to.

A reference is replaced by what it refers to, within a budget: 971 bytes in which each element refers
ten times to the next unfold to 111,000, and a megabyte that is referred to 500 times to as many
megabytes. Each element of the result also has all the namespaces around it looked through: a
thousand of them cost seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors.protocols.soap.envelope import ReplyError

_SOAP_12 = "{http://www.w3.org/2003/05/soap-encoding}"
_TO = ("href", f"{_SOAP_12}ref")
_IDS = ("id", f"{_SOAP_12}id")
_DEPTH = 100
_NAMESPACES = 50
_LEAST_ELEMENTS, _LEAST_TEXT = 10_000, 1_000_000
_GROWTH, _TEXT_GROWTH = 5, 2
"""How many times larger than the message its content may be, where that is more."""

_REFERS = etree.XPath("boolean(.//@href | .//@e:ref)", namespaces={"e": _SOAP_12[1:-1]})


@dataclass(slots=True)
class _Copying:
    targets: Mapping[str, etree._Element]
    left: int
    text_left: int

    def into(
        self, new: etree._Element, source: etree._Element, way: tuple[str, ...] = (), depth: int = 1
    ) -> None:
        """`way`: the references taken to get here."""
        new.text = source.text
        for name, value in source.attrib.items():
            if name not in (*_IDS, *_TO):
                new.set(name, value)
        for child in source:
            self.left -= 1
            if self.left < 0 or depth > _DEPTH:
                raise ReplyError("XML that unfolds to too many elements")
            content, further = child, way
            if (target := _target(child)) is not None:
                content, further = self._referred(target, way), (*way, target)
            self.text_left -= _length(content, child.tail)
            if self.text_left < 0:
                raise ReplyError("XML that unfolds to too much text")
            spaces: Any = {**child.nsmap, **content.nsmap}
            if len(spaces) > _NAMESPACES:
                raise ReplyError("XML with references and too many namespaces")
            copied = etree.SubElement(new, child.tag, nsmap=spaces)
            copied.tail = child.tail
            self.into(copied, content, further, depth + 1)

    def _referred(self, target: str, way: tuple[str, ...]) -> etree._Element:
        if target in way:
            raise ReplyError("XML that contains itself by a reference")
        if target not in self.targets:
            raise ReplyError("XML with a reference to nothing")
        return self.targets[target]


def unfolded(payload: etree._Element) -> etree._Element:
    """The payload with all that it refers to in place. Raises ReplyError."""
    if not _REFERS(payload):
        return payload
    parent = payload.getparent()
    around = list((payload if parent is None else parent).iter("{*}*"))
    targets = {key: element for element in around for name in _IDS if (key := element.get(name))}
    spaces: Any = payload.nsmap
    new = etree.Element(payload.tag, nsmap=spaces)
    elements = max(_LEAST_ELEMENTS, _GROWTH * len(around))
    text = max(_LEAST_TEXT, _TEXT_GROWTH * sum(_length(each, each.tail) for each in around))
    _Copying(targets, elements, text).into(new, payload)
    return new


def _length(element: etree._Element, tail: str | None) -> int:
    """Of its own text and attributes and what follows it, in characters."""
    return sum(len(text) for text in (element.text, tail, *element.attrib.values()) if text)


def _target(element: etree._Element) -> str | None:
    """The id that is referred to; references out of the message are not followed."""
    for name in _TO:
        if (reference := element.get(name)) is not None:
            local = reference.startswith("#") or name != "href"
            return reference.removeprefix("#") if local else None
    return None
