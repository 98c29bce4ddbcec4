"""Salesforce's record ids: 15 characters with letter case, 3 more that make up for its loss."""

PREFIXES = {"Account": "001", "Task": "00T"}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
ORG = "Sb0000"


def record_id(sobject: str, no: int) -> str:
    """Ascending with `no`."""
    short = f"{PREFIXES[sobject]}{ORG}{no:06d}"
    return short + "".join(_check(short[start : start + 5]) for start in (0, 5, 10))


def is_id(text: str) -> bool:
    """In its long form, the last three fitting the others."""
    fits = "".join(_check(text[start : start + 5]) for start in (0, 5, 10))
    return len(text) == 18 and text.isalnum() and text[15:] == fits


def _check(five: str) -> str:
    """Which of the five are capitals, as one character."""
    return ALPHABET[sum(1 << place for place, sign in enumerate(five) if sign.isupper())]
