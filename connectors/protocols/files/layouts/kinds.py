"""Types of fields: what a text must look like, and what it stands for. Decimals are never floats.

`read` raises Unreadable; `write` raises ValueError for what the field cannot carry.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from connectors.protocols.files.layouts.faults import Unreadable

Value = str | int | Decimal | date | bool | None

INTEGER = re.compile(r"[+-]?[0-9]{1,38}")
DECIMAL = re.compile(r"[+-]?[0-9]{1,38}(\.[0-9]{1,38})?")
OVERPUNCHED = re.compile(r"[0-9]{0,37}[{A-I}J-R0-9]")

PUNCHED = {mark: (digit, 1) for digit, mark in enumerate("{ABCDEFGHI")}
PUNCHED |= {mark: (digit, -1) for digit, mark in enumerate("}JKLMNOPQR")}
PUNCHED |= {str(digit): (digit, 1) for digit in range(10)}
"""The last digit of a zoned decimal carries the sign of the whole (COBOL: USAGE DISPLAY)."""
MARKS = {(digit, sign): mark for mark, (digit, sign) in PUNCHED.items() if not mark.isdigit()}


class Kind(Protocol):
    takes: ClassVar[tuple[type, ...]]
    """What JSON may have for it."""
    fill: ClassVar[str]
    """What stands beside it in a fixed width: `<` blanks after, `0` zeros before."""

    def read(self, text: str) -> Value: ...
    def write(self, value: Any) -> str: ...


@dataclass(frozen=True, slots=True)
class Text:
    takes: ClassVar[tuple[type, ...]] = (str,)
    fill: ClassVar[str] = "<"

    def read(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Word:
    """The same in every record of a type, such as the letter it is known by."""

    word: str
    takes: ClassVar[tuple[type, ...]] = (str,)
    fill: ClassVar[str] = "<"

    def read(self, text: str) -> str:
        if text != self.word:
            raise Unreadable("not the word it has to be")
        return text

    def write(self, _value: object) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class Integer:
    takes: ClassVar[tuple[type, ...]] = (int,)
    fill: ClassVar[str] = "0"

    def read(self, text: str) -> int:
        if INTEGER.fullmatch(text) is None:
            raise Unreadable("not a whole number")
        return int(text)

    def write(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Number:
    """With its decimal point; or with `implied` decimals and none, maybe overpunched."""

    takes: ClassVar[tuple[type, ...]] = (int, Decimal, str)
    fill: ClassVar[str] = "0"
    implied: int = 0
    overpunched: bool = False
    point: str = "."

    def read(self, text: str) -> Decimal:
        if self.overpunched:
            return Decimal(_unpunched(text)).scaleb(-self.implied)
        plain = text.replace(self.point, ".") if self.point != "." and "." not in text else text
        wanted = INTEGER if self.implied else DECIMAL
        if wanted.fullmatch(plain) is None or (self.point != "." and "." in text):
            raise Unreadable("not a number")
        return Decimal(plain).scaleb(-self.implied)

    def write(self, value: Decimal) -> str:
        scaled = value.scaleb(self.implied)
        if not self.implied and not self.overpunched:
            return f"{value:f}".replace(".", self.point)
        if scaled != scaled.to_integral_value():
            raise ValueError("more decimals than the field has")
        return _punched(int(scaled)) if self.overpunched else str(int(scaled))


@dataclass(frozen=True, slots=True)
class Day:
    """As strftime would write it, to the letter."""

    takes: ClassVar[tuple[type, ...]] = (str,)
    fill: ClassVar[str] = "<"
    format: str = "%Y-%m-%d"

    def read(self, text: str) -> date:
        moment = _moment(text, self.format)
        return moment.date()

    def write(self, value: date) -> str:
        return value.strftime(self.format)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time without a zone: whose clock it is, the layout's user knows."""

    takes: ClassVar[tuple[type, ...]] = (str,)
    fill: ClassVar[str] = "<"
    format: str = "%Y%m%d%H%M%S"

    def read(self, text: str) -> datetime:
        return _moment(text, self.format)

    def write(self, value: datetime) -> str:
        return value.strftime(self.format)


@dataclass(frozen=True, slots=True)
class Flag:
    """One of the words that are listed; a word that is not is a fault, never false."""

    takes: ClassVar[tuple[type, ...]] = (str, bool)
    fill: ClassVar[str] = "<"
    words: Mapping[str, bool] = field(default_factory=lambda: {"Y": True, "N": False})

    def read(self, text: str) -> bool:
        if text not in self.words:
            raise Unreadable("not one of the words it may be")
        return self.words[text]

    def write(self, value: bool) -> str:
        return next(word for word, means in self.words.items() if means is value)


def _moment(text: str, wanted: str) -> datetime:
    try:
        moment = datetime.strptime(text, wanted)  # noqa: DTZ007 - files carry no zone
    except ValueError:
        raise Unreadable("not a date of the declared form") from None
    if moment.strftime(wanted) != text:  # strptime takes 2026011 for a day
        raise Unreadable("not a date of the declared form")
    return moment


def _unpunched(text: str) -> int:
    if OVERPUNCHED.fullmatch(text) is None:
        raise Unreadable("not a zoned number")
    digit, sign = PUNCHED[text[-1]]
    return sign * int(text[:-1] + str(digit))


def _punched(number: int) -> str:
    digits = str(abs(number))
    return digits[:-1] + MARKS[int(digits[-1]), -1 if number < 0 else 1]
