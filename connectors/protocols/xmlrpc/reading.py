"""XML-RPC values as Python ones, from a reply that is not trusted: no DTD, and no more than may be.

A double is read as the decimal number that was written, so that 129.90 stays that.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

MOST_VALUES = 100_000
DEEPEST = 100
"""Elements, which is some 30 arrays in each other."""
LONGEST_NUMBER = 350

EXTENSIONS = "{http://ws.apache.org/xmlrpc/namespaces/extensions}"
TOO_DEEP = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")
MOMENT = re.compile(r"\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d")


class Fault(Exception):
    """The server says no. The exception's own text says nothing of why: `text` may be personal."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"fault {code}")
        self.code = code
        self.text = text


def answer(body: bytes) -> Any:
    """The value in a methodResponse, or the Fault. Raises ValueError for anything else."""
    root = _parsed(body)
    if root.tag != "methodResponse":
        raise ValueError("not a methodResponse")
    held = _only(root)
    if held.tag == "fault":
        fault = _value(_only(held, "value"))
        return Fault(_int(str(fault["faultCode"])), str(fault["faultString"]))
    return _value(_only(_only(_only(root, "params"), "param"), "value"))


def _parsed(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("not XML") from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or TOO_DEEP(root):
        raise ValueError("XML with a DTD, or nested too deeply")
    if sum(1 for _ in root.iter("value")) > MOST_VALUES:
        raise ValueError("too many values")
    return root


def _only(parent: etree._Element, tag: str | None = None) -> etree._Element:
    [child] = parent
    if tag is not None and child.tag != tag:
        raise ValueError("another element than there has to be")
    return child


def _value(slot: etree._Element) -> Any:
    """Without a type it is a string."""
    if len(slot) == 0:
        return slot.text or ""
    typed = _only(slot)
    return TYPES[str(typed.tag).removeprefix(EXTENSIONS)](typed)


def _scalar(reader: Callable[[str], Any]) -> Callable[[etree._Element], Any]:
    def read(element: etree._Element) -> Any:
        if len(element):
            raise ValueError("elements inside a scalar")
        return reader(element.text or "")

    return read


def _int(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text.strip()):
        raise ValueError("not an integer")
    return int(text)


def _double(text: str) -> Decimal:
    """Within the range of a double: 1e-999999999 is short, and endless once it is written out."""
    number = Decimal(text.strip()) if len(text) <= LONGEST_NUMBER else Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        raise ValueError("not a double")
    return number


def _boolean(text: str) -> bool:
    return {"0": False, "1": True}[text.strip()]


def _moment(text: str) -> datetime:
    if not MOMENT.fullmatch(text.strip()):
        raise ValueError("not a dateTime")
    return datetime.fromisoformat(text.strip())


def _octets(text: str) -> bytes:
    return b64decode("".join(text.split()), validate=True)


def _array(element: etree._Element) -> list[Any]:
    items = _only(element, "data")
    if any(item.tag != "value" for item in items):
        raise ValueError("an array of something else than values")
    return [_value(item) for item in items]


def _struct(element: etree._Element) -> dict[str, Any]:
    """A name that comes twice is refused: which of the two is meant?"""
    members: dict[str, Any] = {}
    for member in element:
        name, value = member
        if (member.tag, name.tag, value.tag) != ("member", "name", "value"):
            raise ValueError("not a member")
        if (named := name.text or "") in members:
            raise ValueError("a member twice")
        members[named] = _value(value)
    return members


def _nil(element: etree._Element) -> None:
    if len(element) or element.text:
        raise ValueError("something in nothing")


TYPES: Mapping[str, Callable[[etree._Element], Any]] = {
    "array": _array,
    "base64": _scalar(_octets),
    "boolean": _scalar(_boolean),
    "dateTime.iso8601": _scalar(_moment),
    "double": _scalar(_double),
    "i4": _scalar(_int),
    "i8": _scalar(_int),
    "int": _scalar(_int),
    "nil": _nil,
    "string": _scalar(str),
    "struct": _struct,
}
