"""Elements, their types and attributes."""

from collections.abc import Sequence

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.decoding.wild import accepts
from connectors.protocols.soap.codec.errors import Wrong, within
from connectors.protocols.soap.codec.judging.content import Matcher
from connectors.protocols.soap.codec.judging.said import type_of
from connectors.protocols.soap.codec.obstacles import elements, tags
from connectors.protocols.soap.codec.reading.types import Types
from connectors.protocols.soap.codec.shapes import (
    Any,
    AnyType,
    Complex,
    Element,
    Group,
    Part,
    Simple,
)
from connectors.protocols.soap.codec.texts.simple import FaultFinder, fault_finder

_NONE = Complex(None)

Additions = list[tuple[etree._Element, str]]
"""Elements that are not in the schema at all, and the attributes that are not (element, name); the
name of an element is empty."""


class Judge:
    def __init__(self, types: Types, *, encoded: bool = False) -> None:
        """`encoded`: by SOAP 1.1 section 5, where order says nothing, what is nil may be left out,
        and every element may be nil, and may say what type it is."""
        self._types = types
        self._encoded = encoded
        self._faults: dict[Simple, FaultFinder] = {}
        self._known: dict[Complex, tuple[dict[str, Element], list[Any]]] = {}

    def judge(self, element: etree._Element, declared: Element) -> Additions:
        """Raises Wrong; what is additional is for the caller to judge."""
        additions: Additions = []
        self._element(element, declared, additions)
        return additions

    def _element(self, element: etree._Element, declared: Element, news: Additions) -> None:
        kind = type_of(element, declared.type, self._types, encoded=self._encoded)
        if not isinstance(kind, AnyType):
            self._attributes(element, kind if isinstance(kind, Complex) else _NONE, news)
        if element.get(names.NIL) in names.TRUE:
            if not declared.nillable and not self._encoded:
                raise Wrong("something, not nil")
            if len(element) or element.text:
                raise Wrong("nothing in what is nil")
        elif isinstance(kind, Simple):
            self._text(element, kind, declared)
        elif isinstance(kind, Complex):
            self._complex(element, kind, declared, news)

    def _text(self, element: etree._Element, kind: Simple, declared: Element) -> None:
        if len(element):
            raise Wrong("a text, not elements")
        text = element.text or declared.default or declared.fixed or ""
        if (expected := self._fault(kind)(text)) is not None:
            raise Wrong(expected)
        if declared.fixed is not None and text != declared.fixed:
            raise Wrong(declared.fixed)

    def _fault(self, kind: Simple) -> FaultFinder:
        if kind not in self._faults:
            self._faults[kind] = fault_finder(kind)
        return self._faults[kind]

    def _complex(
        self, element: etree._Element, kind: Complex, declared: Element, news: Additions
    ) -> None:
        if kind.text is not None:
            self._text(element, kind.text, declared)
        elif kind.array_of is not None:
            item = Element("", "", kind.array_of, nillable=True)
            self._all_of([(child, item) for child in element], news)
        elif not kind.mixed:
            if _text_between(element, kind):
                raise Wrong("elements, no text between them")
            self._content(element, kind, news)

    def _content(self, element: etree._Element, kind: Complex, news: Additions) -> None:
        known, wild = self._known_in(kind)
        children = []
        for child in element:
            if child.tag in known or any(accepts(part, child.tag) for part in wild):
                children.append(child)
            else:
                news.append((child, ""))
        if self._encoded:
            self._all_of(
                [(child, known[child.tag]) for child in children if child.tag in known], news
            )
            return
        matcher = Matcher(children)
        try:
            matcher.whole(kind.content)
        finally:  # a wrong value says more than what is missing behind it
            self._all_of(matcher.placed, news)

    def _all_of(self, placed: Sequence[tuple[etree._Element, Element]], news: Additions) -> None:
        seen: dict[str, int] = {}
        for child, declared in placed:
            number = seen[child.tag] = seen.get(child.tag, 0) + 1
            index = [f"[{number}]"] if declared.many else []
            with within(names.local(child.tag), *index):
                self._element(child, declared, news)

    def _known_in(self, kind: Complex) -> tuple[dict[str, Element], list[Any]]:
        if kind not in self._known:
            known = {
                tag: member
                for part in elements(kind.content)
                for member in (part, *part.substitutes)
                for tag in tags(part)
                if member.name == tag
            }
            self._known[kind] = known, list(_wildcards(kind.content))
        return self._known[kind]

    def _attributes(self, element: etree._Element, kind: Complex, news: Additions) -> None:
        known = {attribute.name: attribute for attribute in kind.attributes}
        for name, text in names.attributes(element):
            if (attribute := known.pop(name, None)) is not None:
                expected = self._fault(attribute.type)(text)
                if expected is None and attribute.fixed not in (None, text):
                    expected = attribute.fixed
                if expected is not None:
                    raise _in_attribute(name, expected)
            elif not (kind.any_attribute or self._encoded or name.startswith(f"{{{names.XSI}}}")):
                news.append((element, name))
        missing = next((name for name, attribute in known.items() if attribute.required), None)
        if missing and not self._encoded:
            raise _in_attribute(missing, "to be there")


def _in_attribute(name: str, expected: str) -> Wrong:
    wrong = Wrong(expected)
    wrong.path.append(f"@{names.local(name)}")
    return wrong


def _wildcards(part: Part | None) -> list[Any]:
    if isinstance(part, Any):
        return [part]
    return [w for p in part.parts for w in _wildcards(p)] if isinstance(part, Group) else []


def _text_between(element: etree._Element, kind: Complex) -> bool:
    """Blanks are fine where there may be elements, and there only."""
    texts = [element.text or "", *(child.tail or "" for child in element)]
    return any(text.strip() if kind.content and kind.content.parts else text for text in texts)
