"""One thing changed in a message, which mostly makes it a wrong one."""

from collections.abc import Callable
from copy import deepcopy
from random import Random

from lxml import etree

from connectors.protocols.soap.codec.names import NIL, TYPE

TEXTS = ("", " ", "x", "-1", "99999999999999999999", "1.5", "true", "30.2.2025", "NaN")


def _drop(element: etree._Element, parent: etree._Element, _random: Random) -> None:
    parent.remove(element)


def _double(element: etree._Element, parent: etree._Element, _random: Random) -> None:
    parent.insert(parent.index(element), deepcopy(element))


def _move(element: etree._Element, parent: etree._Element, random: Random) -> None:
    parent.insert(random.randrange(len(parent)), element)


def _rename(element: etree._Element, _parent: etree._Element, _random: Random) -> None:
    element.tag = f"{element.tag}x"


def _reword(element: etree._Element, _parent: etree._Element, random: Random) -> None:
    if not len(element):
        element.text = random.choice(TEXTS)


def _make_nil(element: etree._Element, _parent: etree._Element, _random: Random) -> None:
    element.set(NIL, "true")


def _take_attribute(element: etree._Element, _parent: etree._Element, random: Random) -> None:
    if element.keys():
        element.attrib.pop(str(random.choice(element.keys())))


def _add_attribute(element: etree._Element, _parent: etree._Element, _random: Random) -> None:
    element.set("additional", "x")


def _mistype(element: etree._Element, _parent: etree._Element, _random: Random) -> None:
    element.set(TYPE, "nobody")


CHANGES: tuple[Callable[[etree._Element, etree._Element, Random], None], ...] = (
    _drop, _double, _move, _rename, _reword, _make_nil, _take_attribute, _add_attribute, _mistype,
)  # fmt: skip


def spoil(message: etree._Element, random: Random) -> None:
    """Change an element below the root, if there is one; wildcards are left alone."""
    below = [e for e in message.iter("{*}*") if e is not message and "wild" not in str(e.tag)]
    if below:
        element = random.choice(below)
        parent = element.getparent()
        assert parent is not None
        random.choice(CHANGES)(element, parent, random)
