"""Where an order is: what happened by which system, what comes next, and who has to act."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from contracts.models.process.orders.v1 import NextStep, Tracking, TrackingEntry
from process_apis.orders.order import HAPPENED
from process_apis.orders.progress import order_now
from runtime.flows.flow import Flow
from runtime.flows.linting.course import Planned, course
from runtime.flows.run import Run, StepRecord

Flows = Mapping[str, Flow[Any, Any]]
"""By name."""


def tracking(placing: Run, family: Sequence[Run], flows: Flows) -> Tracking:
    """Of every run about the order, whatever its flow."""
    entries = [
        _entry(run, step, flows) for run in family for step in run.steps if step.kind in HAPPENED
    ]
    order = order_now(placing, family)
    return Tracking(
        id=placing.id,
        status=order.status,
        entries=sorted(entries, key=lambda entry: entry.at),
        timeline=order.timeline,
        next=[step for run in family for step in _next(run, flows)],
    )


def _entry(run: Run, step: StepRecord, flows: Flows) -> TrackingEntry:
    return TrackingEntry(
        at=step.at,
        flow=run.flow,
        run=run.id,
        step=step.name,
        system=_system(run, step.name, flows),
        outcome=step.came_to,
        detail=step.why,
    )


def _next(run: Run, flows: Flows) -> Iterator[NextStep]:
    if run.status == "stuck":
        yield from _for_an_operator(run, flows)
    elif run.status == "running" and run.waiting_for:
        yield NextStep(
            flow=run.flow, run=run.id, step=run.waiting_for, action="wait", by="somebody else"
        )
    elif run.status == "running" and _goes_back(run):
        yield from (_by_itself(run, step, "undo") for step in _to_undo(run, flows))
    elif run.status == "running":
        yield from (_by_itself(run, step, "do") for step in _to_do(run, flows))


def _by_itself(run: Run, step: Planned, action: Literal["do", "undo"]) -> NextStep:
    return NextStep(
        flow=run.flow,
        run=run.id,
        step=step.name,
        system=_named(step),
        action=action,
        by="platform",
    )


def _for_an_operator(run: Run, flows: Flows) -> Iterator[NextStep]:
    for step in run.steps:
        if step.outcome == "stuck":
            yield NextStep(
                flow=run.flow,
                run=run.id,
                step=step.name,
                system=_system(run, step.name, flows),
                action="undo" if step.kind == "undo" else "do",
                by="operator",
                detail=step.why,
            )


def _goes_back(run: Run) -> bool:
    """A step that failed, before the point of no return, is where it turned round."""
    failed = any((step.kind, step.outcome) == ("do", "problem") for step in run.steps)
    return run.undoing or failed or any(step.kind == "undo" for step in run.steps)


def _to_do(run: Run, flows: Flows) -> list[Planned]:
    done = {step.name for step in run.steps if step.kind == "do"}
    return [step for step in _course(run, flows) if step.name not in done]


def _to_undo(run: Run, flows: Flows) -> list[Planned]:
    """The last first."""
    begun = {step.name for step in run.steps if step.kind == "do"}
    undone = {step.name for step in run.steps if step.kind == "undo"}
    owed = [it for it in _course(run, flows) if it.undoable and it.name in begun - undone]
    return owed[::-1]


def _course(run: Run, flows: Flows) -> Sequence[Planned]:
    return course(flows[run.flow]) if run.flow in flows else ()


def _system(run: Run, name: str, flows: Flows) -> str | None:
    return next((_named(step) for step in _course(run, flows) if step.name == name), None)


def _named(step: Planned) -> str | None:
    """`erp` for `system/erp`."""
    return ", ".join(peer.rsplit("/", 1)[1] for peer in step.peers) or None
