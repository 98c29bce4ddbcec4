"""How the texts of the built-in types look once their white space is normalised (XML Schema part 2,
section 3), and what a person would call them."""

import re

from connectors.protocols.soap.codec.reading.builtins import INTEGERS

_ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"-?([1-9]\d{3,}|0\d{3})"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_DECIMAL = r"[+-]?(\d+(\.\d*)?|\.\d+)"

_LOOKS: dict[str, tuple[str, str]] = {
    "boolean": (r"true|false|1|0", "true or false"),
    "decimal": (_DECIMAL, "a decimal number"),
    "float": (rf"{_DECIMAL}([eE][+-]?\d+)?|-?INF|NaN", "a number"),
    "double": (rf"{_DECIMAL}([eE][+-]?\d+)?|-?INF|NaN", "a number"),
    "duration": (
        r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
        "a duration",
    ),
    "dateTime": (f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}", "a date and time"),
    "date": (f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}", "a date"),
    "time": (f"{_TIME}{_ZONE}", "a time"),
    "gYearMonth": (f"{_YEAR}-{_MONTH}{_ZONE}", "a year and month"),
    "gYear": (f"{_YEAR}{_ZONE}", "a year"),
    "gMonthDay": (f"--{_MONTH}-{_DAY}{_ZONE}", "a month and day"),
    "gDay": (f"---{_DAY}{_ZONE}", "a day of the month"),
    "gMonth": (f"--{_MONTH}{_ZONE}", "a month"),
    "hexBinary": (r"([0-9a-fA-F]{2})*", "hexadecimal bytes"),
    "base64Binary": (
        r"((([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]"
        r"|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?",
        "bytes in base64",
    ),
    "language": (r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", "a language tag"),
    "NMTOKEN": (r"[\w.:·-]+", "a name token"),
    "Name": (r"[^\W\d][\w.:·-]*|:[\w.:·-]*", "a name"),
    "QName": (r"([^\W\d][\w.·-]*:)?[^\W\d][\w.·-]*", "a qualified name"),
    **{name: (r"[^\W\d][\w.·-]*", "a name without colon") for name in ("NCName", "ID", "IDREF")},
    "ENTITY": (r"[^\W\d][\w.·-]*", "a name without colon"),
    **dict.fromkeys(INTEGERS, (r"[+-]?\d+", "a whole number")),
}

_UNICODE = {"NMTOKEN", "Name", "QName", "NCName", "ID", "IDREF", "ENTITY"}
LOOKS = {
    kind: (re.compile(look, 0 if kind in _UNICODE else re.ASCII).fullmatch, words)
    for kind, (look, words) in _LOOKS.items()
}
"""By built-in: whether a text is one, and what is expected. The others take any text."""

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold: control characters and lone surrogates (XML 1.0, section 2.2)."""

CHANGED = re.compile("[^\t\n\x20-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Those, and the ones that are not written as they are: `&`, `<`, `>`, carriage return."""
