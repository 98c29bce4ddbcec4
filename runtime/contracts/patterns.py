"""How long a text can be that matches a pattern, and how many bytes of JSON it can need."""

from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined, unused-ignore]  # nothing else reads them
from typing import Any

ANY_CHARACTER = 6
"""Bytes of JSON for a character that may be a control character: \\u001f."""
NO_CONTROL = 4
"""Of one that may not: UTF-8 has at most four, and an escaped quote two."""
PLAIN = 1

CONTROL = range(0x20)
ESCAPED = frozenset(map(ord, '"\\'))


def widest(pattern: str) -> tuple[int | None, int]:
    """The most characters that match, None without end; and the most bytes of JSON one can have.

    A pattern that is not anchored at both ends says nothing.
    """
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return None, ANY_CHARACTER
    parsed = _parser.parse(pattern)
    _, most = parsed.getwidth()
    return (None if most >= _constants.MAXREPEAT else most), max(_bytes(parsed), default=PLAIN)


def _bytes(parsed: Any) -> Iterator[int]:
    """Of each kind of character in a pattern."""
    for operator, value in parsed:
        name = str(operator)
        if name == "LITERAL":
            yield _of_range(value, value)
        elif name == "IN":
            yield _of_set(value)
        elif name in {"ANY", "NOT_LITERAL", "CATEGORY"}:
            yield ANY_CHARACTER
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            yield from _bytes(value[2])
        elif name == "SUBPATTERN":
            yield from _bytes(value[-1])
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _bytes(branch)
        elif name != "AT":
            yield ANY_CHARACTER


def _of_set(items: Any) -> int:
    kinds = [(str(operator), value) for operator, value in items]
    if kinds[0][0] == "NEGATE":
        excluded = {point for name, value in kinds[1:] for point in _points(name, value)}
        return NO_CONTROL if excluded.issuperset(CONTROL) else ANY_CHARACTER
    if any(name == "CATEGORY" for name, _ in kinds):
        return ANY_CHARACTER
    ends = [(value, value) if name == "LITERAL" else value for name, value in kinds]
    return max(_of_range(first, last) for first, last in ends)


def _points(name: str, value: Any) -> Iterator[int]:
    if name == "LITERAL":
        yield value
    elif name == "RANGE":
        yield from range(value[0], min(value[1], 0x7F) + 1)


def _of_range(first: int, last: int) -> int:
    if first in CONTROL:
        return ANY_CHARACTER
    if last > 0x7E or any(first <= point <= last for point in ESCAPED):
        return NO_CONTROL
    return PLAIN
