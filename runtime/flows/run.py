"""A run of a flow as others see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypedDict

Status = Literal["running", "completed", "failed", "stuck"]
"""failed: everything is undone. stuck: it goes neither on nor back, and an operator has to act."""

Kind = Literal["do", "undo", "mark", "wait"]
"""mark: the point of no return. wait: for an event, or for time to pass."""

Verdict = Literal["ok", "problem", "stuck", "skipped", "waiting"]
"""problem: it failed, and the flow went on from there. stuck: the run stands here.

skipped: an operator let it count as done, with nothing as its result."""

CameTo = Literal["done", "failed", "undone", "stuck"]
"""stuck: an undo that failed, too."""

Action = Literal["retry", "skip", "compensate", "cancel"]
"""What an operator can order. compensate, cancel: undo the run instead of going on."""

UNDOING = frozenset[Action]({"compensate", "cancel"})


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What became of one step, or of its undo, which bears the same name."""

    name: str
    kind: Kind
    outcome: Verdict
    detail: Any
    """JSON: the step's result when ok or skipped, a Wait as long as it waits, else a problem document."""
    at: datetime
    attempts: int
    skippable: bool
    """Whether it declares that it returns nothing, as every undo does."""

    @property
    def came_to(self) -> CameTo:
        """For people; of a step or an undo, not of a mark or a wait."""
        if self.outcome in {"ok", "skipped"}:
            return "undone" if self.kind == "undo" else "done"
        return "failed" if (self.kind, self.outcome) == ("do", "problem") else "stuck"

    @property
    def why(self) -> str | None:
        """Why it failed. When it is done its detail is its result, which is the flow's own business."""
        problem = self.detail if self.outcome in {"problem", "stuck"} else {}
        return problem.get("detail") or problem.get("title")


class Wait(TypedDict):
    """What a run waits for, and how long at most: `until` is an ISO 8601 time."""

    event: str | None
    until: str | None


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
    def undoing(self) -> bool:
        """Whether somebody has ordered that it be undone."""
        return any(order.action in UNDOING for order in self.orders)

    @property
    def ended(self) -> bool:
        """Whether waiting longer is of no use; a stuck run may still be retried."""
        return self.status != "running"

    @property
    def waiting_for(self) -> str | None:
        """The event a running run waits for, if it does."""
        waits = [step.detail["event"] for step in self.steps if step.outcome == "waiting"]
        return waits[-1] if waits and not self.ended else None
