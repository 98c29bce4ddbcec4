"""Whether a text is one of a simple type; if not, what was expected."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from connectors.protocols.soap.codec.reading.builtins import INTEGERS
from connectors.protocols.soap.codec.shapes import Facets, Simple
from connectors.protocols.soap.codec.texts.automata import fitting
from connectors.protocols.soap.codec.texts.parsing import PARSERS
from connectors.protocols.soap.codec.texts.spaces import NORMALISED, words

Check = tuple[Callable[[str], Any], str]
"""Whether a text, its white space normalised, passes; and what is expected of it."""

_NUMBERS = INTEGERS | {"decimal"}


def restrictions(simple: Simple) -> Iterator[Check]:
    facets = simple.facets
    if facets.enumeration is not None:
        yield _one_of(simple, facets.enumeration)
    for pattern in facets.patterns:
        if (fits := fitting(pattern)) is not None:
            yield fits, f"what matches {pattern}"
    yield from _lengths(simple)
    yield from _bounds(simple)
    yield from _digits(facets)


def _one_of(simple: Simple, allowed: tuple[str, ...]) -> Check:
    expected = "one of " + ", ".join(allowed[:12]) + (" ..." if len(allowed) > 12 else "")
    if simple.kind in _NUMBERS:
        numbers = frozenset(map(Decimal, allowed))
        return lambda text: Decimal(text) in numbers, expected
    texts = frozenset(map(NORMALISED[simple.facets.white_space], allowed))
    return texts.__contains__, expected


def _lengths(simple: Simple) -> Iterator[Check]:
    facets = simple.facets
    size, unit = _SIZES.get(simple.kind, (len, "characters"))
    if (exact := facets.length) is not None:
        yield lambda text: size(text) == exact, f"{exact} {unit}"
    if low := facets.min_length:
        yield lambda text: size(text) >= low, f"at least {low} {unit}"
    if (high := facets.max_length) is not None:
        yield lambda text: size(text) <= high, f"at most {high} {unit}"


def _base64_size(text: str) -> int:
    bare = text.replace(" ", "")
    return len(bare) * 3 // 4 - bare.count("=")


_SIZES: dict[str, tuple[Callable[[str], int], str]] = {
    "list": (lambda text: len(words(text)), "items"),
    "hexBinary": (lambda text: len(text) // 2, "bytes"),
    "base64Binary": (_base64_size, "bytes"),
}

_BOUNDS: tuple[tuple[str, Callable[[Any, Any], Any], str], ...] = (
    ("min_inclusive", ge, "at least"),
    ("max_inclusive", le, "at most"),
    ("min_exclusive", gt, "more than"),
    ("max_exclusive", lt, "less than"),
)


def _bounds(simple: Simple) -> Iterator[Check]:
    value = Decimal if simple.kind in _NUMBERS else PARSERS.get(simple.kind, str)
    for name, holds, expected in _BOUNDS:
        if (bound := getattr(simple.facets, name)) is not None:
            yield _bound(value, holds, bound), f"{expected} {bound}"


def _bound(
    value: Callable[[str], Any], holds: Callable[[Any, Any], Any], bound: str
) -> Callable[[str], Any]:
    def passes(text: str) -> Any:
        # A time with a zone and one without, months and days: what does not compare is let through.
        with suppress(TypeError, ValueError, ArithmeticError):
            return holds(value(text), value(bound))
        return True

    return passes


def _digits(facets: Facets) -> Iterator[Check]:
    if (total := facets.total_digits) is not None:
        yield lambda text: max(_figures(text)) <= total, f"at most {total} digits"
    if (after := facets.fraction_digits) is not None:
        yield lambda text: _figures(text)[1] <= after, f"at most {after} digits after the point"


def _figures(text: str) -> tuple[int, int]:
    """How many digits there are that count, and how many of them after the point."""
    whole, _, fraction = text.lstrip("+-").partition(".")
    fraction = fraction.rstrip("0")
    return len((whole + fraction).lstrip("0")), len(fraction)
