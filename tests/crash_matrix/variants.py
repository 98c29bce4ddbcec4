"""What else goes wrong, each in the words of the sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT = 0.15
"""Seconds a connector gives a backend here."""

LATE = TIMEOUT + 0.25
"""Seconds after which a late backend acts: its caller has given up, and has undone what it could."""

HOLD = 1.0
"""Seconds a backend keeps back its answer from a process that is about to be killed."""


@dataclass(frozen=True, slots=True)
class Variant:
    """`kind` is the fault at one call, where there is one; `twice` sends every request two times."""

    name: str
    kind: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    twice: bool = False
    by_mail: str = ""
    """The same fault in the words of the relay, where it has others."""

    def order(self, call: str) -> tuple[str, dict[str, Any]]:
        """The backend, and what to order of its control plane, for a call such as `erp.GetPrice`."""
        backend, operation = call.split(".")
        kind = self.by_mail if self.by_mail and backend == "mail" else self.kind
        return backend, {"operation": operation, "kind": kind, **self.options}


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("normal"),
        Variant("duplicate", twice=True),
        Variant("late", "delay", {"seconds": LATE}),
        Variant("silent", "timeout_after_commit", {"seconds": LATE}),
        Variant("reset", "drop_after_commit"),
        Variant("refused", "html", by_mail="local_error"),
    )
}

HELD_BACK = Variant("", "timeout_after_commit", {"seconds": HOLD})
"""For a kill in a call: it is done, and nobody is told."""
