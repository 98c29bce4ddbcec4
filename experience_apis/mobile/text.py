"""Texts of others on a small screen."""

TEXT = 60
"""Characters at most, as in the contract, whose budgets of bytes count on it."""
NO_CONTROL = dict.fromkeys(range(0x20), " ")


def short(text: str, most: int = TEXT) -> str:
    """On one line."""
    line = " ".join(text.translate(NO_CONTROL).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def short_or_none(text: str | None, most: int = TEXT) -> str | None:
    return None if text is None else short(text, most)
