"""Regular expressions of XML Schema (part 2, appendix F) as those of JSON Schema, and texts that
match them. What ECMA-262 cannot say without flags (\\p, \\w, \\i, \\c, subtraction) has no translation.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_MOST = 1000
"""Repetitions beyond this cost validators too much memory."""

_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_SETS = {"d": "0-9", "s": " \\t\\n\\r"}
_LIKELY = "A1a0- " + "".join(map(chr, range(33, 127)))
"""What a text is made of, the first that fits."""


class Untranslatable(Exception):
    """It says what JSON Schema cannot, or is no regular expression."""


@dataclass(frozen=True)
class _Node:
    text: str
    """The translation."""
    sample: Callable[[int], str]
    """A match with so many repetitions beyond what is needed, where their number is open."""


def translated(pattern: str) -> str:
    """Anchored, as XML Schema means it. Raises Untranslatable."""
    return f"^{_alternatives(pattern).text}$" if "|" not in pattern else _in_parentheses(pattern)


def _in_parentheses(pattern: str) -> str:
    return f"^({_alternatives(pattern).text})$"


def sample(pattern: str, extra: int = 0) -> str:
    """A text that matches. Raises Untranslatable."""
    return _alternatives(pattern).sample(extra)


def _alternatives(pattern: str) -> _Node:
    reader = _Reader(pattern)
    node = reader.alternatives()
    if reader.rest:
        raise Untranslatable(pattern)
    return node


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def alternatives(self) -> _Node:
        branches = [self._branch()]
        while self._take("|"):
            branches.append(self._branch())
        return _Node("|".join(b.text for b in branches), branches[0].sample)

    def _branch(self) -> _Node:
        pieces = []
        while self.rest and self.rest[0] not in "|)":
            pieces.append(self._piece())
        text = "".join(piece.text for piece in pieces)
        return _Node(text, lambda extra: "".join(piece.sample(extra) for piece in pieces))

    def _piece(self) -> _Node:
        atom = self._atom()
        found = re.match(r"[?*+]|\{(\d+)(,?)(\d*)\}", self.rest)
        if found is None:
            return atom
        self.rest = self.rest[found.end() :]
        least, most = _bounds(found)
        if max(least, most or 0) > _MOST:
            raise Untranslatable(found[0])

        def repeated(extra: int) -> str:
            times = least + extra if most is None else min(least + extra, most)
            return atom.sample(extra) * times

        return _Node(atom.text + found[0], repeated)

    def _atom(self) -> _Node:
        if self._take("("):
            inner = self.alternatives()
            self._demand(")")
            return _Node(f"({inner.text})", inner.sample)
        if self._take("["):
            return _one_of(self._class())
        if self._take("."):
            return _one_of("[^\\n\\r]")
        if self._take("\\"):
            return self._escape()
        character, self.rest = self.rest[0], self.rest[1:]
        if character in "?*+{}":
            raise Untranslatable(character)
        return _literal(character)

    def _escape(self) -> _Node:
        letter = self._next()
        if letter in _SETS:
            return _one_of(f"[{_SETS[letter]}]")
        if letter.lower() in _SETS:
            return _one_of(f"[^{_SETS[letter.lower()]}]")
        return _literal(_character(letter))

    def _class(self) -> str:
        """What stands in brackets; the first is gone already."""
        text = "[^" if self._take("^") else "["
        while not self._take("]"):
            if self.rest.startswith("-["):
                raise Untranslatable("subtraction")
            if self._take("\\"):
                letter = self._next()
                text += _SETS[letter] if letter in _SETS else _in_class(_character(letter))
            elif self.rest.startswith("-") and text[-1] not in "[^" and self.rest[1:2] != "]":
                text += self._next()  # a range
            else:
                text += _in_class(self._next())
        return text + "]"

    def _take(self, start: str) -> bool:
        if self.rest.startswith(start):
            self.rest = self.rest[len(start) :]
            return True
        return False

    def _demand(self, start: str) -> None:
        if not self._take(start):
            raise Untranslatable(f"{start} expected")

    def _next(self) -> str:
        if not self.rest:
            raise Untranslatable("it ends too early")
        character, self.rest = self.rest[0], self.rest[1:]
        return character


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    if found[0] in "?*+":
        return {"?": (0, 1), "*": (0, None), "+": (1, None)}[found[0]]
    least = int(found[1])
    return least, (int(found[3]) if found[3] else None if found[2] else least)


def _character(letter: str) -> str:
    if letter.isalnum() and letter not in _ESCAPED:
        raise Untranslatable(f"\\{letter}")
    return _ESCAPED.get(letter, letter)


def _literal(character: str) -> _Node:
    return _Node(_written(character, ".*+?()[]{}|^$\\"), lambda _: character)


def _in_class(character: str) -> str:
    return _written(character, "\\[]^-")


def _written(character: str, special: str) -> str:
    if character in special:
        return f"\\{character}"
    return {value: f"\\{letter}" for letter, value in _ESCAPED.items()}.get(character, character)


def _one_of(class_: str) -> _Node:
    try:
        allowed = re.compile(class_)
    except re.error as error:
        raise Untranslatable(class_) from error
    fitting = next((c for c in _LIKELY if allowed.fullmatch(c)), None)
    if fitting is None:
        raise Untranslatable(class_)
    return _Node(class_, lambda _: fitting)
