"""SOQL, and values in it: there are no parameters, so every text goes through `literal`.

Source: SOQL and SOSL Reference, "Quoted String Escape Sequences", "Reserved Characters" and "Date
Formats and Date Literals".
"""

from collections.abc import Iterable
from datetime import UTC, datetime

ESCAPES = str.maketrans(
    {
        "\\": r"\\",
        "'": r"\'",
        '"': r"\"",
        "\n": r"\n",
        "\r": r"\r",
        "\t": r"\t",
        "\b": r"\b",
        "\f": r"\f",
    }
)


def literal(text: str) -> str:
    """A text as SOQL writes it, whatever is in it."""
    return f"'{text.translate(ESCAPES)}'"


def moment(at: datetime) -> str:
    """To the second, which is as fine as Salesforce keeps it; `Z`, because a `+` reads as a space."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def select(fields: Iterable[str], of: str, where: str, more: str = "") -> str:
    """`where` and `more` are made of our own words and of `literal` and `moment` only."""
    return " ".join(("SELECT", ", ".join(fields), "FROM", of, "WHERE", where, more)).rstrip()
