"""What any place with files must be able to do: one attempt each, without deadline or repetition.

Paths are relative to the folder's base, with `/`. Everything raises the Problem that a failure
stands for: Missing, Rejected `exists`, Misconfigured for what we may not do, Unavailable otherwise.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable

CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file, with its size in bytes and the second it was last changed."""

    name: str
    size: int
    modified: float


@dataclass(frozen=True, slots=True)
class Fetched:
    size: int
    sha256: str


class TooLarge(Exception):
    """More bytes than the cap; nothing beyond it was kept."""


class Folder(Protocol):
    async def entries(self, place: str) -> list[Entry]:
        """Regular files, by name; whatever else is there is left out."""

    async def fetch(self, path: str, into: Path, cap: int) -> Fetched:
        """Copy to a file of ours, replacing it. Raises TooLarge."""

    async def put(self, temporary: str, path: str, content: bytes) -> None:
        """Written whole and flushed under the temporary name, then renamed; never over another."""

    async def move(self, old: str, new: str) -> None:
        """Atomically; `new` is a name that nobody else uses."""

    async def remove(self, path: str) -> None:
        """Missing when there is none."""

    async def exists(self, path: str) -> bool: ...

    async def make(self, place: str) -> None:
        """A folder, with those above it; harmless when it is there."""

    def drop(self) -> None:
        """Let go of a connection that may hang; the next call makes another."""

    async def aclose(self) -> None: ...


def missing(who: str) -> Problem:
    return Missing(f"{who} has no such file")


def taken(who: str) -> Problem:
    return Rejected(f"{who} has another file of this name", kind="exists", status=409)


def forbidden(who: str) -> Problem:
    return Misconfigured(f"{who} does not let us do this to its files")


def full(who: str) -> Problem:
    return Unavailable(f"{who} has no room left", kind="disk-full", title="A disk is full")


def failed(who: str) -> Problem:
    return Unavailable(
        f"{who} failed to do this to a file",
        kind="backend-error",
        title="A system failed",
        status=502,
    )
