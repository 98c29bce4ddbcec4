"""What is wrong with a file. No reason ever quotes what the file says."""

from dataclasses import dataclass


class Unfit(Exception):
    """The file as a whole: nothing of it may be delivered."""


class Unreadable(Exception):
    """One record, or one field of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    """Empty where it is the whole record."""
    reason: str
