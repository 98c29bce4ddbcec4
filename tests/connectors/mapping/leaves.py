"""The fields of a reply, each with replies in which it alone says something else."""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, MutableSequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from lxml import etree

from runtime.calls.http import Reply


class Altered(NamedTuple):
    field: str
    """`data/mail`, `Customer/Name1`: names from the outermost in, without numbers."""
    reply: Reply


Words = Callable[[str], list[str]]
"""Other words that may stand where this one does, of which only the vendor's schema knows."""


def altered(reply: Reply, words: Words) -> Iterator[Altered]:
    body = reply.body.lstrip()
    if body.startswith(b"<"):
        yield from _altered_xml(reply, words)
    elif body[:1] in {b"{", b"["}:
        yield from _altered_json(reply)


def other_values(value: Any, words: Words) -> Iterator[Any]:
    """Values of the same kind and shape, since another shape is refused before it is read."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, str):
        yield from FLAGS.get(value.strip(), ())
        yield from words(value)
        if WHOLE.fullmatch(value):
            yield str(int(value.partition(".")[0]) + 1)
        yield re.sub(r"[0-9]", lambda digit: str((int(digit[0]) + 1) % 10), value)
        yield re.sub(r"([0-9])(?=\D*$)", lambda digit: str((int(digit[1]) + 1) % 9), value, count=1)
        yield value.translate(ROTATED)
        yield value + "x"
    else:
        yield "x"


FEW = 4

WHOLE = re.compile(r"[0-9]{1,6}\.0+")
"""A decimal that has to stay whole, as pieces do."""

FLAGS = {"true": ["false"], "false": ["true"]}
"""As XML writes them."""

ROTATED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "bcdefghijklmnopqrstuvwxyzaBCDEFGHIJKLMNOPQRSTUVWXYZA",
)


def _altered_json(reply: Reply) -> Iterator[Altered]:
    document = orjson.loads(reply.body)
    for path in list(_paths(document, ())):
        name = "/".join(str(part) for part in path if isinstance(part, str))
        around, last = _at(document, path[:-1]), path[-1]
        as_told = around[last]
        for value in other_values(as_told, lambda _word: []):
            around[last] = value
            body = orjson.dumps(document)
            around[last] = as_told
            yield Altered(name, replace(reply, body=body))


def _paths(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(node, MutableMapping):
        for name, inner in node.items():
            yield from _paths(inner, (*path, name))
    elif isinstance(node, MutableSequence):
        for place in _some(len(node)):
            yield from _paths(node[place], (*path, place))
    elif path:
        yield path


def _some(items: int) -> Iterator[int]:
    """The first and the last few of a list: what is ours is there, whatever other tests have left."""
    return (place for place in range(items) if place < FEW or place >= items - FEW)


def _at(node: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        node = node[part]
    return node


def _altered_xml(reply: Reply, words: Words) -> Iterator[Altered]:
    root = etree.fromstring(reply.body)
    said = list(_said(root))
    of_a_name: dict[str, list[int]] = {}
    for number, element in enumerate(said):
        if not len(element) and (element.text or "").strip():
            of_a_name.setdefault(_name(element), []).append(number)
    for number in (same[place] for same in of_a_name.values() for place in _some(len(same))):
        element, text = said[number], said[number].text or ""
        for value in other_values(text, words):
            element.text = value
            body = etree.tostring(root)
            element.text = text
            yield Altered(_name(element), replace(reply, body=body))


def _said(root: etree._Element) -> Iterator[etree._Element]:
    """What is in the Body: its own words, since headers and faults are the protocol's."""
    body = root.find("{*}Body")
    return (element for element in (root if body is None else body).iter("*"))


def _name(element: etree._Element) -> str:
    names = [etree.QName(e).localname for e in [element, *element.iterancestors()]]
    inside = names[: names.index("Body") - 1] if "Body" in names else names[:-1]
    return "/".join(reversed(inside)) or names[0]


def enumerations(*documents: bytes) -> Words:
    """The other words of every enumeration, in these schemas, that has a word."""
    groups: list[list[str]] = []
    for document in documents:
        for kind in etree.fromstring(document).iter(
            "{http://www.w3.org/2001/XMLSchema}restriction"
        ):
            groups.append([e.get("value", "") for e in kind.findall("{*}enumeration")])
    found: Mapping[str, list[str]] = {
        word: [other for other in group if other != word] for group in groups for word in group
    }
    return lambda word: found.get(word, [])
