"""Random messages within a schema, made of its shapes: every text, order and number it allows."""

from random import Random
from typing import Any as Anything

from lxml import etree

from connectors.protocols.soap.codec.decoding.runs import FEW
from connectors.protocols.soap.codec.names import NIL, TYPE, XSI, local, namespace
from connectors.protocols.soap.codec.obstacles import tags
from connectors.protocols.soap.codec.shapes import (
    Any,
    AnyType,
    Attribute,
    Complex,
    Element,
    Group,
    Part,
    Simple,
    Type,
)
from tests.connectors.protocols.soap.codec.generated_texts import Texts

DEEP = 5
"""Below this, only what has to be there."""


class Generator:
    def __init__(self, seed: object) -> None:
        self.random = Random(str(seed))  # noqa: S311 # repeatable, not secret
        self.texts = Texts(self.random)

    def message(self, declared: Element) -> etree._Element:
        return self._new(None, declared, 0)

    def _new(self, parent: etree._Element | None, declared: Element, depth: int) -> etree._Element:
        kind = self._concrete(declared.type, depth)
        space = namespace(kind.name or "")
        spaces: Anything = {"xsi": XSI, **({"t": space} if space else {})}
        if parent is None:
            element = etree.Element(declared.name, nsmap=spaces)
        else:
            element = etree.SubElement(parent, declared.name, nsmap=spaces)
        if declared.nillable and self._may(depth, 0.15) and parent is not None:
            element.set(NIL, "true")
            return element
        if kind is not declared.type:
            element.set(TYPE, f"t:{local(kind.name or '')}" if space else local(kind.name or ""))
        self._fill(element, kind, declared, depth)
        return element

    def _concrete(self, kind: Type, depth: int) -> Type:
        concrete = [k for k in getattr(kind, "derived", ()) if not k.abstract]
        if not isinstance(kind, Complex) or not concrete:
            return kind
        return self.random.choice(concrete) if kind.abstract or self._may(depth, 0.3) else kind

    def _fill(self, element: etree._Element, kind: Type, declared: Element, depth: int) -> None:
        if isinstance(kind, Simple):
            element.text = declared.fixed or self.texts.of(kind)
        elif isinstance(kind, AnyType):
            element.text = "anything"
        else:
            self._complex(element, kind, depth)

    def _complex(self, element: etree._Element, kind: Complex, depth: int) -> None:
        for attribute in kind.attributes:
            self._attribute(element, attribute, depth)
        if kind.text is not None:
            element.text = self.texts.of(kind.text)
        elif kind.array_of is not None:
            item = Element("item", "item", kind.array_of)
            for _ in range(0 if depth > DEEP else self.random.randint(0, 3)):
                self._new(element, item, depth + 1)
        elif kind.content is not None and not kind.mixed:
            self._part(element, kind.content, depth)

    def _attribute(self, element: etree._Element, attribute: Attribute, depth: int) -> None:
        if attribute.required or self._may(depth, 0.5):
            element.set(attribute.name, attribute.fixed or self.texts.of(attribute.type))

    def _part(self, parent: etree._Element, part: Part, depth: int) -> None:
        for _ in range(self._times(part, depth)):
            if isinstance(part, Element):
                members = [m for m in (part, *part.substitutes) if m.name in tags(part)]
                self._new(parent, self.random.choice(members), depth + 1)
            elif isinstance(part, Any):
                self._wild(parent, part)
            else:
                self._group(parent, part, depth)

    def _group(self, parent: etree._Element, group: Group, depth: int) -> None:
        parts = list(group.parts)
        if group.kind == "choice" and parts:
            parts = [min(parts, key=_cost) if depth > DEEP else self.random.choice(parts)]
        elif group.kind == "all":
            self.random.shuffle(parts)
        for part in parts:
            self._part(parent, part, depth)

    def _wild(self, parent: etree._Element, part: Any) -> None:
        kind, _, space = part.namespaces.partition(" ")
        if part.process == "strict" and part.min == 0:
            return
        target = "urn:wild" if kind in ("##any", "##other") else part.namespaces.split()[0]
        child = etree.SubElement(parent, f"{{{target}}}wild{len(space) and ''}")
        child.text = "wild"

    def _times(self, part: Part, depth: int) -> int:
        if depth > DEEP or (part.max == 0):
            return part.min
        high = part.min + 2 if part.max is None else min(part.max, part.min + 2)
        if isinstance(part, Element) and part.max is None and self._may(depth, 0.05):
            high = 2 * FEW  # a run that is read by columns
        return self.random.randint(part.min, max(high, part.min))

    def _may(self, depth: int, chance: float) -> bool:
        return depth <= DEEP and self.random.random() < chance


def _cost(part: Part) -> int:
    """Of the branches of a choice in the depth, the one that ends soonest."""
    if part.min == 0:
        return 0
    if isinstance(part, Group):
        return sum(map(_cost, part.parts))
    return 1 if isinstance(part, Any) or isinstance(part.type, Simple) else 9
