"""What a connector is given besides its options: how it reaches anything outside itself."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from runtime.calls.http import Sender
from runtime.clock import Clock, now
from runtime.resilience.guard import Guard


@dataclass(frozen=True, slots=True)
class Reach:
    network: Sender
    clock: Clock = now
    """The time in business: what expires, what is dated."""
    data_dir: Path = field(default_factory=lambda: Path(".strata"))
    """Where a connector may keep a ledger of its own, in files named for it."""
    guard: Guard = field(default_factory=Guard.lenient)
    """What stands before every call to the backend: one per backend, shared by all its callers."""

    def at(self, endpoint: str) -> Self:
        """For one of a vendor's several endpoints, which fail apart from each other: `erp/login`."""
        return replace(self, guard=self.guard.at(endpoint))
