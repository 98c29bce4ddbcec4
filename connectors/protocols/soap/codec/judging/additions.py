"""Where a backend is known to add what nobody declared: found again by libxml2, not by looking at
every element, as long as the vendored copy is not brought up to date."""

from typing import Any

from lxml import etree

from connectors.protocols.soap.codec import names

MOST = 64
"""As many places are remembered; a backend that makes up names is judged in full each time."""


class KnownAdditions:
    def __init__(self) -> None:
        self._places: dict[tuple[str, ...], Any] = {}

    def learn(self, root: etree._Element, added: etree._Element) -> None:
        """Remember the place of an element, unless its type depends on xsi:type on the way: of
        another type it may be declared."""
        way = [added, *added.iterancestors()]
        way = way[: way.index(root)]
        tags = tuple(element.tag for element in reversed(way))
        if tags not in self._places and len(self._places) < MOST:
            self._places[tags] = _search(tags)

    def take_out(self, root: etree._Element) -> list[str]:
        """Their local names, one for each."""
        if not self._places:
            return []
        found = [added for search in list(self._places.values()) for added in search(root)]
        found = [added for added in found if not (added.tail or "").strip()]
        for added in found:
            remove(added)
        return [names.local(added.tag) for added in found]


def remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _search(tags: tuple[str, ...]) -> Any:
    spaces = {"xsi": names.XSI}
    path = "self::node()[not(@xsi:type)]"
    for number, tag in enumerate(tags):
        typed = "" if number == len(tags) - 1 else "[not(@xsi:type)]"
        if space := names.namespace(tag):
            spaces[f"n{number}"] = space
            path += f"/n{number}:{names.local(tag)}{typed}"
        else:
            path += f"/{tag}{typed}"
    return etree.XPath(path, namespaces=spaces, regexp=False)
