"""What happens if a step of a flow fails, for every step, by the engine's own limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from runtime.flows.flow import Flow
from runtime.flows.ledger import Turn
from runtime.flows.limits import DEFAULTS, Limits
from runtime.flows.linting.effects import only_asks
from runtime.flows.linting.events import Path, Pivot, Step
from runtime.flows.linting.paths import AS_TOLD, paths
from runtime.flows.linting.source import Place
from runtime.flows.run import Status

Kind = Literal["reads", "compensable", "irreversible", "pivot", "retriable"]
When = Literal["refused", "unavailable", "bug", "crash", "undo-fails"]


class Undone(NamedTuple):
    step: str
    by: str


Ways = tuple[tuple[Undone, ...], ...]
"""What is undone in which order, on each of the ways to a step that owe another."""


class Case(NamedTuple):
    """If this happens at a step: how the run `ends` if that lasts."""

    when: When
    seconds: float
    """For how long calls are repeated; 0: not at all."""
    undoes: bool
    """Whether what is owed is undone then."""
    ends: Status


@dataclass(frozen=True, slots=True)
class Explained:
    name: str
    place: Place
    kind: Kind
    undo: str | None
    key: str
    """The idempotency key of its calls, for a run named RUN."""
    forward: bool
    """After the point of no return."""
    repeated: bool
    caught: bool
    undone: Ways
    cases: tuple[Case, ...]


class Reached(NamedTuple):
    step: Step
    forward: bool


class CannotBeExplained(Exception):
    """Not all that the flow does can be seen; the message says where."""


def explain(flow: Flow[Any, Any], limits: Limits = DEFAULTS) -> list[Explained]:
    """In the order of the flow; a step on both sides of the point of no return is there twice.

    Raises CannotBeExplained.
    """
    ways, unseen = paths(flow.function, AS_TOLD)
    if unseen:
        raise CannotBeExplained("; ".join(map(str, unseen)))
    undone: dict[Reached, dict[tuple[Undone, ...], None]] = {}
    order: list[Reached] = []
    first: set[Step] = set()
    for path in sorted(ways, key=len, reverse=True):
        reached = dict(_reached(path))
        _merge(order, list(reached))
        first |= _first_after_the_pivot(path)
        for step, owed in reached.items():
            undone.setdefault(step, {})[owed] = None
    steps = [_explained(it, it.step in first, tuple(undone[it]), limits) for it in order]
    return sorted(steps, key=lambda step: step.forward)


def _merge(order: list[Reached], path: list[Reached]) -> None:
    """Put each that is new before what comes after it on its path."""
    at = len(order)
    for step in reversed(path):
        if step in order:
            at = order.index(step)
        else:
            order.insert(at, step)


def _reached(path: Path) -> Iterator[tuple[Reached, tuple[Undone, ...]]]:
    """Each step, and what its failure undoes: the last owed first."""
    forward = False
    for at, event in enumerate(path, 1):
        if isinstance(event, Pivot):
            forward = True
            continue
        owed = (*path[:at], *_beside(event, path[at:]))
        undone = [_undone(it) for it in reversed(owed) if isinstance(it, Step) and it.owes]
        yield Reached(event, forward), () if forward else tuple(undone)


def _beside(step: Step, after: Path) -> Iterator[Step]:
    """Those asked for in one `together` are owed together, whichever of them fails."""
    for event in after:
        if not isinstance(event, Step) or step.beside is None or event.beside != step.beside:
            return
        yield event


def _first_after_the_pivot(path: Path) -> set[Step]:
    after = [isinstance(event, Pivot) for event in path]
    if True not in after:
        return set()
    changing = [it for it in path[after.index(True) :] if isinstance(it, Step) and not _reads(it)]
    return set(changing[:1])


def _explained(at: Reached, first: bool, undone: Ways, limits: Limits) -> Explained:
    step, forward = at
    name = step.name or "(no name)"
    owed = any(undone)
    return Explained(
        name=name,
        place=step.place,
        kind=_kind(step, forward, first),
        undo=_name(step.undo) if step.owes else None,
        key=Turn(0, "do", name).key("RUN"),
        forward=forward,
        repeated=step.repeated,
        caught=step.caught,
        undone=undone,
        cases=_after(limits) if forward else _before(limits, owed),
    )


def _before(limits: Limits, owed: bool) -> tuple[Case, ...]:
    cases = [
        Case("refused", 0.0, owed, "failed"),
        Case("unavailable", 0.0, owed, "failed"),
        Case("bug", 0.0, False, "stuck"),
        Case("crash", limits.after_restart.give_up_after, owed, "failed"),
        Case("undo-fails", limits.undo.give_up_after, True, "stuck"),
    ]
    return tuple(cases if owed else cases[:-1])


def _after(limits: Limits) -> tuple[Case, ...]:
    return (
        Case("refused", 0.0, False, "stuck"),
        Case("unavailable", limits.forward.give_up_after, False, "stuck"),
        Case("bug", 0.0, False, "stuck"),
        Case("crash", limits.forward.give_up_after, False, "stuck"),
    )


def _kind(step: Step, forward: bool, first: bool) -> Kind:
    if _reads(step):
        return "reads"
    if forward:
        return "pivot" if first else "retriable"
    return "compensable" if step.owes else "irreversible"


def _reads(step: Step) -> bool:
    return only_asks(step.do)


def _undone(step: Step) -> Undone:
    return Undone(step.name or "(no name)", _name(step.undo))


def _name(function: Callable[..., Any] | None) -> str:
    return function.__name__ if function else "(cannot be seen)"
