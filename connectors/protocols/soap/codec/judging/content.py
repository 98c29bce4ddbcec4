"""The order and number of the elements in one.

Content models are deterministic (XML Schema part 1, "Unique Particle Attribution"): the next element
says which part it is for, so nothing is ever tried twice.
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.decoding.wild import accepts
from connectors.protocols.soap.codec.errors import Wrong
from connectors.protocols.soap.codec.obstacles import tags
from connectors.protocols.soap.codec.shapes import Any, Element, Group, Part

Placed = tuple[etree._Element, Element]
"""A child and what declares it; wildcards are not looked into."""


class Matcher:
    def __init__(self, children: Sequence[etree._Element]) -> None:
        self._children = children
        self._next = 0
        self.placed: list[Placed] = []

    def whole(self, content: Group | None) -> None:
        """Raises Wrong unless the content takes all the children."""
        if content is not None:
            self._repeat(content)
        if (child := self._peek()) is not None:
            raise Wrong(f"no {names.local(child.tag)} at this place")

    def _peek(self) -> etree._Element | None:
        return self._children[self._next] if self._next < len(self._children) else None

    def _repeat(self, part: Part) -> None:
        times = 0
        while part.max is None or times < part.max:
            child, before = self._peek(), self._next
            if child is None or not starts(part, child.tag):
                break
            self._once(part, child)
            times += 1
            if self._next == before:
                break
        if times < part.min and not (isinstance(part, Group) and empty(part)):
            raise Wrong(_expected(part))

    def _once(self, part: Part, child: etree._Element) -> None:
        if isinstance(part, Group):
            {"sequence": self._sequence, "choice": self._choice, "all": self._all}[part.kind](part)
            return
        if isinstance(part, Element):
            members = (part, *part.substitutes)
            declared = next(member for member in members if member.name == child.tag)
            self.placed.append((child, declared))
        self._next += 1

    def _sequence(self, group: Group) -> None:
        for part in group.parts:
            self._repeat(part)

    def _choice(self, group: Group) -> None:
        child = self._peek()
        tag = "" if child is None else child.tag
        self._repeat(next(part for part in group.parts if starts(part, tag)))

    def _all(self, group: Group) -> None:
        waiting = list(group.parts)
        while (child := self._peek()) is not None:
            part = next((part for part in waiting if starts(part, child.tag)), None)
            if part is None:
                break
            waiting.remove(part)
            self._repeat(part)
        for part in waiting:
            if part.min:
                raise Wrong(_expected(part))


def starts(part: Part, tag: str) -> bool:
    """Whether an element of this name may be the first of it."""
    if isinstance(part, Element):
        return tag in tags(part)
    if isinstance(part, Any):
        return accepts(part, tag)
    for inner in part.parts:
        if starts(inner, tag):
            return True
        if part.kind == "sequence" and not _optional(inner):
            return False
    return False


def empty(group: Group) -> bool:
    """Whether nothing at all is one."""
    if group.kind == "choice":
        return any(map(_optional, group.parts)) or not group.parts
    return all(map(_optional, group.parts))


def _optional(part: Part) -> bool:
    return part.min == 0 or (isinstance(part, Group) and empty(part))


def _expected(part: Part) -> str:
    wanted = list(dict.fromkeys(_first(part)))
    return wanted[0] if len(wanted) == 1 else "one of " + ", ".join(wanted[:12])


def _first(part: Part) -> Iterator[str]:
    if isinstance(part, Element):
        yield from map(names.local, tags(part))
    elif isinstance(part, Any):
        yield "another element"
    else:
        for inner in part.parts:
            yield from _first(inner)
            if part.kind == "sequence" and not _optional(inner):
                return
