"""An example answer in XML, with what was kept in the places it belongs.

`same` says which elements of an answer hold what elements of a document hold, by local name: they are
of one type, so that whatever was sent may be said again.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy

from lxml import etree

Same = Mapping[str, str]


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def named(within: etree._Element, name: str) -> list[etree._Element]:
    """The elements of a name that lie highest, and beside each other."""
    level = list(within)
    while level:
        if found := [element for element in level if local(element) == name]:
            return found
        level = [child for element in level for child in element]
    return []


def text_of(within: etree._Element, name: str) -> str | None:
    """Of the first leaf of a name; None without one."""
    return next(((e.text or "").strip() for e in named(within, name) if not len(e)), None)


def fill(answer: etree._Element, kept: etree._Element, same: Same) -> None:
    """Put what is kept into an example answer."""
    seen: set[str] = set()
    for child in list(answer):
        name = local(child)
        if name in seen:
            continue
        seen.add(name)
        found = named(kept, same.get(name, name))
        if found and name in same:
            _replace(answer, name, [_renamed(one, child) for one in found])
        elif found and len(child) and len(found[0]):
            _replace(answer, name, [_filled(child, one, same) for one in found])
        else:
            fill(child, kept, same)


def fill_each(
    answer: etree._Element, name: str, documents: Sequence[etree._Element], same: Same
) -> None:
    """Have the repeated element of a name once for each document."""
    example = next(iter(named(answer, name)), None)
    parent = None if example is None else example.getparent()
    if example is not None and parent is not None:
        _replace(parent, name, [_filled(example, document, same) for document in documents])


def _filled(example: etree._Element, kept: etree._Element, same: Same) -> etree._Element:
    copy = deepcopy(example)
    fill(copy, kept, same)
    return copy


def _renamed(kept: etree._Element, example: etree._Element) -> etree._Element:
    copy = deepcopy(kept)
    copy.tag, copy.tail = example.tag, example.tail
    return copy


def _replace(parent: etree._Element, name: str, elements: Iterable[etree._Element]) -> None:
    old = [child for child in parent if local(child) == name]
    place = parent.index(old[0])
    for element in old:
        parent.remove(element)
    for number, element in enumerate(elements):
        parent.insert(place + number, element)
