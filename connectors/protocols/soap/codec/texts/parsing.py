"""Texts of the built-in types to values. The texts have been judged already: what fails here is what
Python cannot hold, such as the year 12025, and fails with a ValueError or an ArithmeticError. Of a
second, what is beyond microseconds is cut off."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectors.protocols.soap.codec.reading.builtins import INTEGERS
from connectors.protocols.soap.codec.texts.spaces import words
from connectors.protocols.soap.codec.texts.values import Duration, ZonedDate

Parse = Callable[[str], Any]

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?"
)

_MOST_SECONDS = Decimal(int(timedelta.max.total_seconds()))


def _boolean(text: str) -> bool:
    return text.strip() in ("true", "1")


def _date_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        text = text.strip()
        if "T24:" in text:  # the end of a day is the start of the next
            return datetime.fromisoformat(text.replace("T24:", "T00:")) + timedelta(days=1)
        return datetime.fromisoformat(text)


def _date(text: str) -> date:
    text = text.strip()
    day, zone = text[:10], text[10:]
    if not zone:
        return date.fromisoformat(day)
    at = time.fromisoformat(f"00:00{zone}").tzinfo
    if at is None:
        raise ValueError("a year of more than four digits")
    return ZonedDate(date.fromisoformat(day), at)


def _time(text: str) -> time:
    text = text.strip()
    return time.fromisoformat(f"00:{text[3:]}" if text.startswith("24:") else text)


def _duration(text: str) -> timedelta | Duration:
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError("no duration")
    sign = -1 if found[1] else 1
    years, months, days, hours, minutes = (int(found[n] or 0) for n in range(2, 7))
    seconds = Decimal(found[7] or 0)
    if seconds > _MOST_SECONDS:  # else a text of half a million digits takes ten seconds
        raise ValueError("more seconds than a timedelta holds")
    whole = int(seconds)
    micros = int((seconds - whole) * 1_000_000)
    rest = timedelta(days=days, hours=hours, minutes=minutes, seconds=whole, microseconds=micros)
    total = years * 12 + months
    return Duration(sign * total, sign * rest) if total else sign * rest


def _base64(text: str) -> bytes:
    return b64decode("".join(words(text)), validate=True)  # libxml2 lets characters through


FAST: Mapping[str, Parse] = {
    **dict.fromkeys(INTEGERS, int),
    "boolean": _BOOLEANS.__getitem__,
    "decimal": Decimal,
    "float": float,
    "double": float,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}
"""The same without Python code on the way, for texts without white space around them. They fail
with a KeyError or ValueError where PARSERS might not."""

PARSERS: Mapping[str, Parse] = {
    **dict.fromkeys(INTEGERS, int),
    "boolean": _boolean,
    "decimal": Decimal,
    "float": float,
    "double": float,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "duration": _duration,
    "base64Binary": _base64,
    "hexBinary": bytes.fromhex,
}
