"""Values to texts of the built-in types. A float is no decimal, a text is no number and a time is
no date: nothing is converted but what cannot change."""

import math
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from connectors.protocols.soap.codec.reading.builtins import INTEGERS
from connectors.protocols.soap.codec.texts.values import Duration, ZonedDate

_LONGEST = 10_000
"""Digits: twelve characters, `1E+99999999`, would become a hundred megabytes."""


class Printer(NamedTuple):
    types: tuple[type, ...]
    text: Callable[[Any], str]
    words: str
    """What is expected."""


def _decimal(value: Decimal | int) -> str:
    if isinstance(value, int):
        return str(value)
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST:
        raise ValueError("no number, or a very long one")
    return f"{value:f}"


def _float(value: float | Decimal) -> str:
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "INF" if number > 0 else "-INF"
    return str(value) if isinstance(value, int) else repr(number)


def _zone(text: str) -> str:
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _moment(value: datetime | time) -> str:
    return _zone(value.isoformat())


def _date(value: date) -> str:
    day = f"{value.year:04}-{value.month:02}-{value.day:02}"
    if isinstance(value, ZonedDate):
        return day + _zone(time(tzinfo=value.zone).isoformat()[8:])
    return day


def _duration(value: timedelta | Duration) -> str:
    months, rest = (value.months, value.rest) if isinstance(value, Duration) else (0, value)
    sign = "-" if months < 0 or rest < timedelta(0) else ""
    if months * rest.total_seconds() < 0:
        raise ValueError("months and days of different signs")
    months, rest = abs(months), abs(rest)
    seconds = Decimal(rest.seconds) + Decimal(rest.microseconds) / 1_000_000
    day = "".join(
        f"{n}{u}" for n, u in ((months // 12, "Y"), (months % 12, "M"), (rest.days, "D")) if n
    )
    if seconds or not day:
        day += f"T{seconds.normalize():f}S" if seconds else "T0S"
    return f"{sign}P{day}"


_TEXT = Printer((str,), str, "a text")
_WHOLE = Printer((int,), str, "a whole number")
_NUMBER = Printer((float, int, Decimal), _float, "a number")

PRINTERS: Mapping[str, Printer] = {
    **dict.fromkeys(INTEGERS, _WHOLE),
    "boolean": Printer((bool,), lambda value: "true" if value else "false", "true or false"),
    "decimal": Printer((Decimal, int), _decimal, "a decimal number, not a float"),
    "float": _NUMBER,
    "double": _NUMBER,
    "dateTime": Printer((datetime,), _moment, "a date and time"),
    "date": Printer((date,), _date, "a date"),
    "time": Printer((time,), _moment, "a time"),
    "duration": Printer((timedelta, Duration), _duration, "a duration"),
    "base64Binary": Printer((bytes,), lambda value: b64encode(value).decode(), "bytes"),
    "hexBinary": Printer((bytes,), bytes.hex, "bytes"),
}


def printer(kind: str) -> Printer:
    return PRINTERS.get(kind, _TEXT)


BY_TYPE: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    Decimal: "decimal",
    float: "double",
    datetime: "dateTime",
    date: "date",
    ZonedDate: "date",
    time: "time",
    timedelta: "duration",
    Duration: "duration",
    bytes: "base64Binary",
    str: "string",
}
"""The built-in type a value is sent as where the schema leaves it open."""

NOT_MEANT: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys((*INTEGERS, "decimal", "float", "double"), (bool,)),
    "date": (datetime,),
}
"""What Python takes for one of these types, and nobody else."""
