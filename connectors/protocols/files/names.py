"""Names of files: what a folder lists is never trusted with a path of ours."""

import re
import secrets
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from runtime.problems import Rejected

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. +@=,~-]{0,200}")
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
"""What programs call a file that they are still writing."""


def is_safe(name: str) -> bool:
    """One component without a leading dot: no slash, no `..`, nothing a terminal would act on."""
    return SAFE.fullmatch(name) is not None


def safe(name: str) -> str:
    """Raises Rejected for a name that might lead elsewhere."""
    if not is_safe(name):
        raise Rejected("a file cannot have this name", kind="unsafe-name")
    return name


def is_wanted(name: str, pattern: str) -> bool:
    return is_safe(name) and fnmatchcase(name, pattern) and not name.lower().endswith(UNFINISHED)


def inside(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


@dataclass(frozen=True, slots=True)
class Claim:
    """A file of ours to process. Its own name keeps it apart from others of the same name."""

    name: str
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def claimed(self) -> str:
        return f"{self.name}~{self.id}"
