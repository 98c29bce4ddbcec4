"""Expressions of XML Schema (part 2, appendix F), as trees: they are not Python's.

What one character may be is left to libxml2, which knows every class and block; what follows what
is judged by ourselves (automata.py), as libxml2 tries one way after the other: `(a|aa)+b` against
forty letters keeps it busy for half a second before it gives up.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from xml.sax.saxutils import quoteattr

from lxml import etree

from connectors.protocols.soap.codec.shapes import XSD


class Malformed(ValueError):
    """No expression of XML Schema."""


@dataclass(frozen=True, slots=True)
class Character:
    passes: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    branches: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    part: "Expression"
    low: int
    high: int | None


Expression: TypeAlias = Character | Sequence | Choice | Repeated

_QUANTIFIER = re.compile(r"[?*+]|\{(?P<low>\d+)(?P<to>,(?P<high>\d*))?\}", re.ASCII)
_ESCAPE = re.compile(r"\\(?:[pP]\{[^}]+\}|.)", re.DOTALL)
_CLASS_TEXT = re.compile(r"(?:[^\[\]\\]|\\.)*", re.DOTALL)
_TIMES: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


def expression(source: str) -> Expression:
    """Raises Malformed."""
    reader = _Reader(source)
    found = reader.choice()
    if reader.rest():
        raise Malformed(source)
    return found


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def rest(self) -> str:
        return self._source[self._at : self._at + 1]

    def choice(self) -> Expression:
        branches = [self._sequence()]
        while self.rest() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Expression:
        parts = []
        while (head := self.rest()) and head not in "|)":
            parts.append(self._repeated(self._atom(head)))
        return Sequence(tuple(parts))

    def _repeated(self, part: Expression) -> Expression:
        found = _QUANTIFIER.match(self._source, self._at)
        if found is None:
            return part
        self._at = found.end()
        if found[0] in _TIMES:
            return Repeated(part, *_TIMES[found[0]])
        low = int(found["low"])
        high = low if found["to"] is None else int(found["high"]) if found["high"] else None
        if high is not None and high < low:
            raise Malformed(self._source)
        return Repeated(part, low, high)

    def _atom(self, head: str) -> Expression:
        if head == "(":
            self._at += 1
            inner = self.choice()
            self._expect(")")
            return inner
        if head in "?*+{}]":
            raise Malformed(self._source)
        start = self._at
        if head == "[":
            self._class()
        elif head == "\\":
            self._escape()
        else:
            self._at += 1
        return Character(_passing(self._source[start : self._at]))

    def _class(self) -> None:
        """To the end of a class, which may hold another one that is taken from it."""
        self._expect("[")
        self._at = _end(_CLASS_TEXT, self._source, self._at)
        if self.rest() == "[":
            self._class()
        self._expect("]")

    def _escape(self) -> None:
        self._at = _end(_ESCAPE, self._source, self._at)

    def _expect(self, char: str) -> None:
        if self.rest() != char:
            raise Malformed(self._source)
        self._at += 1


def _end(pattern: re.Pattern[str], source: str, at: int) -> int:
    found = pattern.match(source, at)
    if found is None:
        raise Malformed(source)
    return found.end()


@lru_cache(maxsize=1024)
def _passing(atom: str) -> Callable[[str], bool]:
    """Whether one character is what the atom says."""
    if len(atom) == 1 and atom != ".":
        return atom.__eq__
    source = (
        f'<schema xmlns="{XSD}"><element name="t"><simpleType><restriction base="string">'
        f"<pattern value={quoteattr(atom)}/></restriction></simpleType></element></schema>"
    )
    try:
        schema = etree.XMLSchema(etree.fromstring(source))
    except etree.XMLSchemaParseError as error:
        raise Malformed(atom) from error

    def passes(char: str) -> bool:
        element = etree.Element("t")
        element.text = char
        return bool(schema.validate(element))

    return passes
