"""What is not one element under one key: wildcards, and groups that repeat."""

from collections.abc import Callable
from typing import Any as Anything

from lxml import etree

from connectors.protocols.soap.codec import names
from connectors.protocols.soap.codec.decoding.groups import Place, Repetitions, places
from connectors.protocols.soap.codec.decoding.leaves import Reader
from connectors.protocols.soap.codec.decoding.wild import accepts, xml_of
from connectors.protocols.soap.codec.obstacles import tags
from connectors.protocols.soap.codec.shapes import Any, Complex, Element, Group, fields
from connectors.protocols.soap.envelope import ReplyError

Values = dict[str, Anything]
Others = Callable[[Values], Reader]
"""Of the values of one element, what takes the children in their order."""


def others_of(kind: Complex, reader_of: Callable[[Element], Reader]) -> Others | None:
    parts = [part for part, _ in fields(kind.content)]
    groups = [_group(part, reader_of) for part in parts if isinstance(part, Group)]
    wild = [part for part in parts if isinstance(part, Any)]
    if not groups and not wild:
        return None

    def opened(values: Values) -> Reader:
        takers = [group(values) for group in groups] + [_wildcard(part, values) for part in wild]

        def take(child: etree._Element) -> None:
            if not any(taker(child) for taker in takers):
                raise ReplyError(f"{names.local(child.tag)} is not expected")

        return take

    return opened


Taker = Callable[[etree._Element], bool]
"""Puts a child among the values; False if it is for somebody else."""


def _wildcard(part: Any, values: Values) -> Taker:
    def take(child: etree._Element) -> bool:
        full = part.key in values if not part.many else False
        if full or not accepts(part, child.tag):
            return False
        if part.many:
            values.setdefault(part.key, []).append(xml_of(child))
        else:
            values[part.key] = xml_of(child)
        return True

    return take


def _group(group: Group, reader_of: Callable[[Element], Reader]) -> Callable[[Values], Taker]:
    known: dict[str, tuple[Place, Reader]] = {}
    wild: list[Place] = []
    for place in places(group):
        if isinstance(place.part, Any):
            wild.append(place)
        else:
            known |= _readers(place, place.part, reader_of)

    def opened(values: Values) -> Taker:
        repetitions = Repetitions()

        def take(child: etree._Element) -> bool:
            if (found := known.get(child.tag)) is not None:
                place, read = found
            elif (open_ := _wild(wild, child.tag)) is not None:
                place, read = open_, xml_of
            else:
                return False
            values[group.key or ""] = repetitions.all
            repetitions.add(place, read(child))
            return True

        return take

    return opened


def _readers(
    place: Place, part: Element, reader_of: Callable[[Element], Reader]
) -> dict[str, tuple[Place, Reader]]:
    if not part.substitutes:
        return {part.name: (place, reader_of(part))}
    members = {member.name: member for member in (part, *part.substitutes)}
    return {tag: (place, keyed(names.local(tag), reader_of(members[tag]))) for tag in tags(part)}


def keyed(name: str, read: Reader) -> Reader:
    """Of elements that may stand in another's place: the value says which it was."""
    return lambda element: {name: read(element)}


def _wild(places_: list[Place], tag: str) -> Place | None:
    return next((p for p in places_ if isinstance(p.part, Any) and accepts(p.part, tag)), None)
