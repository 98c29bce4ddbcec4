"""What an operator's order does to a run as it stands, or why it is refused."""

from collections.abc import Sequence

from runtime.flows.rows import StepRow
from runtime.flows.run import UNDOING, Order, Status
from runtime.problems import Rejected


class NotStuck(Rejected):
    """Only a stuck run can be retried, or skip what it is stuck at."""

    status = 409
    kind = "not-stuck"
    title = "The run is not stuck"


class NotUnderWay(Rejected):
    """It has ended, or goes nowhere by itself: there is nothing to stop."""

    status = 409
    kind = "not-under-way"
    title = "The run is not under way"


class OnlyForward(Rejected):
    """It is past its point of no return: what it has done since cannot be undone."""

    status = 409
    kind = "only-forward"
    title = "The run is past its point of no return"


class NotSkippable(Rejected):
    """It is not what the run is stuck at, or the flow goes on with its result."""

    status = 409
    kind = "not-skippable"
    title = "The step cannot be skipped"


def judge(
    order: Order, status: Status, steps: Sequence[StepRow], given: Sequence[Order]
) -> Sequence[StepRow] | None:
    """A journal's Judge. An order repeated while it stands is one order."""
    if status != "stuck" and given and _meant(order) == _meant(given[-1]):
        return None
    if order.action in UNDOING:
        _check_undoable(order, status, steps)
        return ()
    if status != "stuck":
        raise NotStuck(f"it is {status}")
    return [_skipped(order.step, steps)] if order.action == "skip" else ()


def _meant(order: Order) -> tuple[str, str | None]:
    """Both ways to say that it should be undone come to the same."""
    return ("undo" if order.action in UNDOING else order.action), order.step


def _check_undoable(order: Order, status: Status, steps: Sequence[StepRow]) -> None:
    if order.action == "cancel" and status == "stuck":
        raise NotUnderWay("it is stuck: compensate it")
    if status not in {"running", "stuck"}:
        raise NotUnderWay(f"it is {status}")
    if any(step.kind == "mark" for step in steps):
        raise OnlyForward("it can only go forward: retry what it is stuck at, or skip it")


def _skipped(name: str | None, steps: Sequence[StepRow]) -> StepRow:
    """The last of that name: an undo bears the name of its step."""
    stuck = {step.name: step for step in steps if step.outcome == "stuck"}
    if name not in stuck:
        at = ", ".join(stuck) or "no step: its flow has a fault or has changed"
        raise NotSkippable(f"it is stuck at {at}")
    if not stuck[name].skippable:
        raise NotSkippable(f"the flow needs what {name} returns")
    return stuck[name]._replace(outcome="skipped", detail="null")
