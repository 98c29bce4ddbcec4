"""Random texts of a simple type."""

import re
import sys
from base64 import b64encode
from random import Random
from typing import Any

from connectors.protocols.soap.codec.reading.builtins import INTEGERS
from connectors.protocols.soap.codec.shapes import Simple
from connectors.protocols.soap.codec.texts.simple import fault_finder

parse: Any = sys.modules["re._parser"].parse if sys.version_info >= (3, 11) else None

WORDS = ("a", "Größe 7", "x < y & z", " two  blanks ", "line\nbreak", "日本", "1", "true", "x" * 40)
NAMES = ("en", "de-CH", "Name", "x1")
MOMENT = "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
ZONES = ("", "Z", "+02:00", "-05:30")


class Ungenerated(Exception):
    """No text was found that fits; the schema may allow some."""


class Texts:
    def __init__(self, random: Random) -> None:
        self.random = random

    def of(self, kind: Simple) -> str:
        fault = fault_finder(kind)
        for _ in range(200):
            text = self._try(kind)
            if fault(text) is None:
                return text
        raise Ungenerated(str(kind.name))

    def _try(self, kind: Simple) -> str:
        facets, random = kind.facets, self.random
        if facets.enumeration:
            return random.choice(facets.enumeration)
        if kind.item is not None:
            number = facets.length or random.randint(facets.min_length or 0, 3)
            return " ".join(self.of(kind.item) for _ in range(number))
        if kind.members:
            return self.of(random.choice(kind.members))
        if facets.patterns:
            return self._matching(facets.patterns[-1])
        if kind.kind in INTEGERS:
            return self._whole(kind)
        made = getattr(self, f"_{kind.kind}", None)
        text = str(made()) if made else random.choice((*WORDS, *NAMES))
        length = facets.max_length if facets.length is None else facets.length
        if length is not None and not made:
            text = (text * (facets.length or 1))[:length]
        if facets.min_length and len(text) < facets.min_length:
            text = text.ljust(facets.min_length, "x")
        return text

    def _whole(self, kind: Simple) -> str:
        low = int(kind.facets.min_inclusive or -(10**20))
        high = int(kind.facets.max_inclusive or 10**20)
        return str(self.random.choice((low, high, self.random.randint(low, high), min(high, 7))))

    def _decimal(self) -> str:
        return self.random.choice(("0", "-1.50", "+3.0", "12345.67", ".5", "99999999999999.99"))

    def _float(self) -> str:
        return self.random.choice(("1.5", "-2E3", "0", "3.25"))

    _double = _float

    def _boolean(self) -> str:
        return self.random.choice(("true", "false", "1", "0"))

    def _date(self) -> str:
        return self._dateTime(zones=("",)).partition("T")[0]

    def _time(self) -> str:
        return self._dateTime(zones=("",)).partition("T")[2]

    def _dateTime(self, zones: tuple[str, ...] = ZONES) -> str:  # noqa: N802 # a kind's name
        pick = self.random.randint
        moment = MOMENT.format(
            year=pick(1900, 2100), month=pick(1, 12), day=pick(1, 28),
            hour=pick(0, 23), minute=pick(0, 59), second=pick(0, 59),
        )  # fmt: skip
        return moment + self.random.choice(("", ".5", ".123456")) + self.random.choice(zones)

    def _duration(self) -> str:
        return self.random.choice(("P1D", "PT36H", "P2DT3H4M5.5S"))

    def _base64Binary(self) -> str:  # noqa: N802 # a kind's name
        return b64encode(self.random.randbytes(self.random.randint(1, 20))).decode()

    def _hexBinary(self) -> str:  # noqa: N802 # a kind's name
        return self.random.randbytes(self.random.randint(1, 20)).hex()

    def _QName(self) -> str:  # noqa: N802 # a kind's name
        return "xsi:name"

    def _language(self) -> str:
        return self.random.choice(("en", "de-CH"))

    def _matching(self, pattern: str) -> str:
        try:
            return "".join(self._piece(*piece) for piece in parse(pattern))
        except re.error:
            return self.random.choice(WORDS)

    def _piece(self, kind: Any, of: Any) -> str:
        name = str(kind)
        if name == "LITERAL":
            return chr(of)
        if name == "ANY":
            return "x"
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = of
            times = self.random.randint(low, max(low, min(int(high), low + 3)))
            return "".join(self._piece(*piece) for _ in range(times) for piece in inner)
        if name == "SUBPATTERN":
            return "".join(self._piece(*piece) for piece in of[-1])
        if name == "BRANCH":
            return "".join(self._piece(*piece) for piece in self.random.choice(of[1]))
        return self._of_class(of) if name == "IN" else "x"

    def _of_class(self, choices: Any) -> str:
        kind, of = self.random.choice([c for c in choices if str(c[0]) != "NEGATE"])
        if str(kind) == "RANGE":
            return chr(self.random.randint(*of))
        return chr(of) if str(kind) == "LITERAL" else "7" if "DIGIT" in str(of) else "x"
