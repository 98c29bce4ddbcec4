"""Where files arrive, how to tell that one is complete, and what is tolerated in it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.protocols.files.folder import Entry
from connectors.protocols.files.layouts.layout import Layout
from connectors.protocols.files.names import inside, is_wanted


@dataclass(frozen=True, slots=True)
class Marker:
    """Complete when a file of its name and this suffix is there: `x.csv.done`."""

    suffix: str = ".done"


@dataclass(frozen=True, slots=True)
class Named:
    """Complete as soon as it has its name: it is written under one like `x.csv.part`, then renamed."""


@dataclass(frozen=True, slots=True)
class Stable:
    """Complete when size and time have not changed for this long: a guess, for senders that give no sign.
    Where the layout has a trailer, that is what really tells."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Inbox:
    """`place` is the folder in which they arrive; `in-process`, `archive` and `failed` lie in it."""

    layout: Layout
    pattern: str
    place: str = ""
    complete: Marker | Named | Stable = Named()
    max_bytes: int = 256 * 1024 * 1024
    max_unpacked_bytes: int = 1024 * 1024 * 1024
    unpack: bool = False
    """Files named `.gz` are unpacked."""
    max_bad_share: float = 0.0
    """Of the rows; with more bad ones, the whole file fails."""

    def at(self, name: str) -> str:
        return inside(self.place, name)

    def in_process(self, name: str) -> str:
        return self.at(f"in-process/{name}")

    def archived(self, name: str) -> str:
        return self.at(f"archive/{name}")

    def failed(self, name: str) -> str:
        return self.at(f"failed/{name}")


class Arrivals:
    """Which of the files that are listed are complete; it remembers what it saw before."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._seen: dict[str, tuple[Entry, float]] = {}

    def complete(self, entries: Iterable[Entry]) -> list[Entry]:
        """By name."""
        entries = list(entries)
        wanted = [entry for entry in entries if is_wanted(entry.name, self._inbox.pattern)]
        rule = self._inbox.complete
        if isinstance(rule, Marker):
            names = {entry.name for entry in entries}
            return [entry for entry in wanted if entry.name + rule.suffix in names]
        if isinstance(rule, Stable):
            return self._stable(wanted, rule.seconds)
        return wanted

    def _stable(self, wanted: list[Entry], seconds: float) -> list[Entry]:
        now = time.monotonic()
        before, self._seen = self._seen, {}
        for entry in wanted:
            known = before.get(entry.name)
            same = known is not None and known[0] == entry
            self._seen[entry.name] = known if known is not None and same else (entry, now)
        return [entry for entry in wanted if now - self._seen[entry.name][1] >= seconds]
