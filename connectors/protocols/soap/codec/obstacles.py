"""Why a type cannot be compiled: a mapping could not say which of two places a value is for.

Such a type is left to zeep, with all that is in it; the types around it are compiled all the same.
"""

from collections.abc import Iterator

from connectors.protocols.soap.codec.shapes import Any, Complex, Element, Group, Part, Type


def obstacle(kind: Type) -> str | None:
    """Of a type and the anonymous types in it; None if it compiles. Named types stand alone."""
    return _obstacle(kind, set())


def _obstacle(kind: Type, seen: set[Type]) -> str | None:
    if not isinstance(kind, Complex) or kind.mixed or kind.array_of or kind in seen:
        return None
    seen.add(kind)
    own = next(_conflicts(kind.content), None) if kind.content else None
    if own:
        return own
    nameless = (e.type for e in elements(kind.content) if e.type.name is None)
    return next((found for inner in nameless if (found := _obstacle(inner, seen))), None)


def left_to_zeep(element: Element) -> str | None:
    """What zeep calls the anonymous type of a global element that cannot be compiled."""
    anonymous = isinstance(element.type, Complex) and element.type.name is None
    return f"element {element.name}" if anonymous and obstacle(element.type) else None


def elements(part: Part | None) -> Iterator[Element]:
    """All elements of a content, of the groups that repeat as well."""
    if isinstance(part, Element):
        yield part
    elif isinstance(part, Group):
        for inner in part.parts:
            yield from elements(inner)


def tags(element: Element) -> list[str]:
    """The names an element may have: its own, and those that may stand in its place."""
    own = [] if element.abstract else [element.name]
    return own + [member.name for member in element.substitutes if not member.abstract]


def _conflicts(group: Group, repeating: bool = False) -> Iterator[str]:
    if group.many and repeating:
        yield "a group that repeats within one that does"
    seen: dict[str, Element] = {}
    for part in group.parts:
        if isinstance(part, Group):
            if (repeating or group.many) and _choice_of_groups(part):
                yield "a choice of groups in a group that repeats"
            yield from _conflicts(part, repeating or group.many)
        for element in elements(part):
            for tag in tags(element):
                if tag in seen and not _either(group, seen[tag], element):
                    yield f"{tag.rpartition('}')[2]} has two places in it"
        seen |= {tag: element for element in elements(part) for tag in tags(element)}
    if group.many and group.kind != "choice" and _wild(group):
        yield "a wildcard in a sequence that repeats"


def _choice_of_groups(group: Group) -> bool:
    return group.kind == "choice" and any(isinstance(part, Group) for part in group.parts)


def _either(group: Group, first: Element, second: Element) -> bool:
    """Whether it makes no difference which of the two is meant."""
    same = first.type is second.type and first.many == second.many and first.key == second.key
    return group.kind == "choice" and same


def _wild(group: Group) -> bool:
    return any(isinstance(p, Any) or (isinstance(p, Group) and _wild(p)) for p in group.parts)
