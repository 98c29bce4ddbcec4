"""What the end of an attempt says of the backend."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    word: str
    """For the metrics."""
    failed: bool | None
    """Whether the backend is unwell; None when this says nothing of it."""
    congested: bool = False
    """Whether it has more to do than it can."""


ANSWERED = Verdict("answered", failed=False)
"""Also by a refusal: whoever can say no is well."""
FAILED = Verdict("failed", failed=True)
SILENT = Verdict("silent", failed=True)
BUSY = Verdict("busy", failed=None, congested=True)
"""429: it says that it is not unwell."""
STRAINED = Verdict("strained", failed=True, congested=True)
"""503: it does not say which."""
CUT_SHORT = Verdict("cut-short", failed=None)
"""Cancelled, or given up by a caller who had less time than an answer may take."""
