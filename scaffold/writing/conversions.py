"""How a value of theirs becomes one of ours and back, as code of words.py.

A codec gives Python values (codec/texts/parsing.py) and takes texts for most of them; JSON holds the
same as our contract, but for dates and times, which our models hold as such.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Conversion:
    """Names of functions in words.py, or None where nothing is converted."""

    read: str | None = None
    say: str | None = None


SOAP: Mapping[str, Conversion] = {
    "same": Conversion(),
    "flag": Conversion(),
    "date": Conversion(),
    "moment": Conversion(read="moment"),
    "decimal": Conversion(read="plain"),
    "time": Conversion(read="time_text"),
    "duration": Conversion(read="duration_text"),
    "base64": Conversion(read="base64_text", say="base64_bytes"),
    "hex": Conversion(read="bytes.hex", say="bytes.fromhex"),
    "text": Conversion(read="text"),
    "xml": Conversion(read="text", say="Xml"),
}

REST: Mapping[str, Conversion] = {
    "same": Conversion(),
    "flag": Conversion(say="flag"),
    "date": Conversion(say="iso"),
    "moment": Conversion(say="iso"),
}

FUNCTIONS: Mapping[str, str] = {
    "moment": '''
def moment(value: datetime) -> datetime:
    """A time without a zone is in ZONE."""
    return value if value.tzinfo else value.replace(tzinfo=ZONE)
''',
    "plain": '''
def plain(value: Decimal) -> str:
    """As written, never as 1E+3."""
    return f"{value:f}"
''',
    "time_text": """
def time_text(value: time) -> str:
    return printer("time").text(value)
""",
    "duration_text": """
def duration_text(value: Any) -> str:
    return printer("duration").text(value)
""",
    "base64_text": """
def base64_text(value: bytes) -> str:
    return b64encode(value).decode()
""",
    "base64_bytes": """
def base64_bytes(text: str) -> bytes:
    return b64decode(text, validate=True)
""",
    "text": """
def text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
""",
    "iso": """
def iso(value: date | datetime) -> str:
    return value.isoformat()
""",
    "if_there": """
def if_there(read: Callable[[S], T], value: S | None) -> T | None:
    return None if value is None else read(value)
""",
    "each": """
def each(read: Callable[[S], T], values: Iterable[S | None]) -> list[T]:
    return [read(value) for value in values if value is not None]
""",
    "each_if_any": """
def each_if_any(
    read: Callable[[S], T], values: Iterable[S | None] | None
) -> list[T] | None:
    return None if values is None else each(read, values)
""",
    "flag": """
def flag(value: bool) -> str:
    return "true" if value else "false"
""",
    "some": '''
def some(values: Iterable[Any]) -> list[Any]:
    """Those that are not nil."""
    return [value for value in values if value is not None]
''',
    "present": '''
def present(fields: Tree) -> dict[str, Any]:
    """What is absent is not sent."""
    return {name: value for name, value in fields.items() if value is not None}
''',
    "known": '''
def known(told: Tree, *members: str) -> Tree:
    """Raises ValueError for an object with none of them: another's answer, whatever it means."""
    if told and told.keys().isdisjoint(members):
        raise ValueError("nothing of this is known")
    return told
''',
}

IMPORTS: Mapping[str, str] = {
    "Any": "from typing import Any",
    "TypeVar": "from typing import TypeVar",
    "Mapping": "from collections.abc import Mapping",
    "Callable": "from collections.abc import Callable",
    "Iterable": "from collections.abc import Iterable",
    "datetime": "from datetime import datetime",
    "date": "from datetime import date",
    "time": "from datetime import time",
    "UTC": "from datetime import UTC",
    "Decimal": "from decimal import Decimal",
    "b64encode": "from base64 import b64encode",
    "b64decode": "from base64 import b64decode",
    "printer": "from connectors.protocols.soap.codec.texts.printing import printer",
    "Xml": "from connectors.protocols.soap.codec.texts.values import Xml",
}
"""Of a name that words.py may use."""


def functions(used: Iterable[str]) -> str:
    return "\n".join(FUNCTIONS[name] for name in FUNCTIONS if name in used)
