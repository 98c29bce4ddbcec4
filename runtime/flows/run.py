"""A run of a flow as others see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Status = Literal["running", "completed", "failed", "stuck"]
"""failed: everything is undone. stuck: it goes neither on nor back, and an operator has to act."""

Kind = Literal["do", "undo", "mark"]
"""mark: the point of no return."""

Verdict = Literal["ok", "problem", "stuck", "skipped"]
"""problem: it failed, and the flow went on from there. stuck: the run stands here.

skipped: an operator let it count as done, with nothing as its result."""

Action = Literal["retry", "skip", "compensate", "cancel"]
"""What an operator can order. compensate, cancel: undo the run instead of going on."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What became of one step, or of its undo, which bears the same name."""

    name: str
    kind: Kind
    outcome: Verdict
    detail: Any
    """The step's result as JSON when ok or skipped, otherwise a problem document."""
    at: datetime
    attempts: int
    skippable: bool
    """Whether it declares that it returns nothing, as every undo does."""


@dataclass(frozen=True, slots=True)
class Order:
    """What an operator wants done with a run: who it was, and why."""

    action: Action
    reason: str
    subject: str
    client: str
    step: str | None = None
    """What to skip."""
    at: datetime | None = None
    """When it was written down."""


@dataclass(frozen=True, slots=True)
class Run:
    """`payload` and `result` are JSON values; `problem` is a problem document."""

    id: str
    flow: str
    owner: str
    status: Status
    payload: Any
    result: Any
    """None until it has completed."""
    problem: dict[str, Any] | None
    """Why it failed or is stuck."""
    created_at: datetime
    updated_at: datetime
    steps: tuple[StepRecord, ...]
    orders: tuple[Order, ...] = ()
    """The oldest first."""

    @property
    def ended(self) -> bool:
        """Whether waiting longer is of no use; a stuck run may still be retried."""
        return self.status != "running"
