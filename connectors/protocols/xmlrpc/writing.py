"""Python values as XML-RPC ones; what it has no type for is refused, never approximated."""

import math
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

INT_BITS, I8_BITS = 31, 63


def request(method: str, params: Sequence[Any], *, nil: bool = False) -> bytes:
    """A methodCall. Raises TypeError for a value of a kind there is no type for, ValueError for one
    that does not fit its type, or is not text that XML can hold."""
    call = etree.Element("methodCall")
    _text(call, "methodName", method)
    listed = etree.SubElement(call, "params")
    for value in params:
        _value(etree.SubElement(listed, "param"), value, nil)
    return etree.tostring(call, xml_declaration=True, encoding="utf-8")


def _value(parent: etree._Element, value: Any, nil: bool) -> None:
    slot = etree.SubElement(parent, "value")
    if value is None and nil:
        etree.SubElement(slot, "nil")
    elif isinstance(value, Mapping):
        _struct(slot, value, nil)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        data = etree.SubElement(etree.SubElement(slot, "array"), "data")
        for item in value:
            _value(data, item, nil)
    else:
        _scalar(slot, value)


def _struct(slot: etree._Element, members: Mapping[Any, Any], nil: bool) -> None:
    struct = etree.SubElement(slot, "struct")
    for name, value in members.items():
        if not isinstance(name, str):
            raise TypeError("a member's name is text")
        member = etree.SubElement(struct, "member")
        _text(member, "name", name)
        _value(member, value, nil)


def _scalar(slot: etree._Element, value: Any) -> None:
    """By the very type: True is an int to Python, and a member of an enumeration a str."""
    if type(value) not in SCALARS:
        # A Decimal too: whether a price travels as text or as a double is the vendor's file to say.
        raise TypeError(f"XML-RPC has no type for {type(value).__name__}")
    tag, text = SCALARS[type(value)](value)
    _text(slot, tag, text)


def _text(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text


def _whole(value: int) -> tuple[str, str]:
    if -(2**I8_BITS) <= value < 2**I8_BITS:
        small = -(2**INT_BITS) <= value < 2**INT_BITS
        return "int" if small else "i8", str(value)
    raise ValueError("an integer of more than 64 bits")


def _double(value: float) -> tuple[str, str]:
    """The spec has no exponents, and some parsers neither."""
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return "double", f"{Decimal(repr(value)):f}"


def _moment(value: datetime) -> tuple[str, str]:
    """Their times have no zone: which one is meant is between the vendor's file and the server."""
    if value.tzinfo is not None or value.microsecond:
        raise ValueError("XML-RPC has no time zones, and no fractions of a second")
    return "dateTime.iso8601", value.strftime("%Y%m%dT%H:%M:%S")


SCALARS: Mapping[type, Callable[[Any], tuple[str, str]]] = {
    bool: lambda value: ("boolean", str(int(value))),
    bytes: lambda value: ("base64", b64encode(value).decode()),
    datetime: _moment,
    float: _double,
    int: _whole,
    str: lambda value: ("string", value),
}
