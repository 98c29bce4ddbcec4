"""Groups that repeat: which children make one repetition."""

from collections.abc import Iterator
from typing import Any as Anything
from typing import NamedTuple

from connectors.protocols.soap.codec.shapes import Any, Element, Group


class Place(NamedTuple):
    """Where in one repetition an element or wildcard stands."""

    branch: int
    position: int
    part: Element | Any


def places(group: Group) -> Iterator[Place]:
    """All of one repetition; those of different branches of a choice exclude each other."""
    if group.kind == "choice":
        for branch, part in enumerate(group.parts):
            for place in _line(part):
                yield place._replace(branch=branch)
    else:
        yield from _line(Group("sequence", group.parts))


def _line(part: Element | Any | Group) -> Iterator[Place]:
    if not isinstance(part, Group):
        yield Place(0, 0, part)
        return
    position = 0
    for inner in part.parts:
        last = position
        for place in _line(inner):
            # Of a choice all stand at one place: there is one of them.
            last = position + (0 if part.kind == "choice" else place.position)
            yield place._replace(position=last)
        position = position if part.kind == "choice" else last + 1


class Repetitions:
    """Puts values into the last of the mappings, or a new one where that is complete."""

    def __init__(self) -> None:
        self.all: list[dict[str, Anything]] = []
        self._last: Place | None = None

    def add(self, place: Place, value: Anything) -> None:
        if self._starts(place):
            self.all.append({})
        self._last = place
        if place.part.many:
            self.all[-1].setdefault(place.part.key, []).append(value)
        else:
            self.all[-1][place.part.key] = value

    def _starts(self, place: Place) -> bool:
        last = self._last
        if last is None or last.branch != place.branch or place.position < last.position:
            return True
        return place.position == last.position and not (place.part is last.part and place.part.many)
