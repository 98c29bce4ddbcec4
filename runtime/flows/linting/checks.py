"""What is wrong with a step, given what came before it on its path."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic.errors import PydanticSchemaGenerationError

from runtime.flows.flow import Flow
from runtime.flows.linting.effects import only_asks, writes
from runtime.flows.linting.events import Finding, Path, Pivot, Step
from runtime.flows.linting.outside import outside
from runtime.flows.linting.paths import paths
from runtime.flows.reading import only_reads
from runtime.flows.shapes import hints, result_shape


@dataclass(slots=True)
class Sofar:
    pivot: Pivot | None = None
    names: set[str] = field(default_factory=set)


def findings(flow: Flow[Any, Any]) -> list[Finding]:
    """In the order of the source, each once."""
    ways, unseen = paths(flow.function)
    found = [*unseen, *outside(flow.function), *(it for path in ways for it in _on(path))]
    return sorted(dict.fromkeys(found))


def _on(path: Path) -> Iterator[Finding]:
    before = Sofar()
    for event in path:
        if isinstance(event, Pivot):
            if before.pivot:
                text = f"the point of no return was passed before ({before.pivot.place})"
                yield Finding(event.place, "pivot-twice", f"{text}: a flow has one")
            before.pivot = event
            continue
        for rule, check in CHECKS.items():
            yield from (Finding(event.place, rule, text) for text in check(event, before))
        before.names |= {event.name} if event.name and event.fixed else set()


def _has_a_key(step: Step, before: Sofar) -> Iterator[str]:
    """The idempotency key and the journal go by the name."""
    if step.name is None:
        yield "it has no name of its own: make it a function of a module"
    elif step.fixed and step.name in before.names:
        yield f"there is a step {step.name} before it: give this one a name="
    elif step.fixed and step.repeated:
        yield f"{step.name} comes by again in a loop: give it a name= of what differs"


def _can_be_seen(step: Step, _before: Sofar) -> Iterator[str]:
    if step.name and step.do is None:
        yield "what it calls cannot be seen: name a function of a module"
    if step.owes and step.undo is None:
        yield "its undo cannot be seen: name a function of a module"


def _can_be_recorded(step: Step, _before: Sofar) -> Iterator[str]:
    """By the very shape the engine restores it with."""
    if step.do is None:
        return
    try:
        result_shape(step.do)
    except TypeError:
        yield f"{step.do.__name__} does not say what it returns: annotate it, -> None for nothing"
    except PydanticSchemaGenerationError:
        told = hints(step.do)["return"]
        yield f"{step.do.__name__} returns {told}, which cannot be recorded: return a model or JSON"


def _undo_takes_the_same(step: Step, _before: Sofar) -> Iterator[str]:
    """In name too: two strings in the other order have the same types."""
    if step.do and step.undo and _parameters(step.do) != _parameters(step.undo):
        yield (
            f"{step.undo.__name__}({_told(step.undo)}) takes other arguments than"
            f" {step.do.__name__}({_told(step.do)}): an undo gets those of its step"
        )


def _can_be_undone(step: Step, before: Sofar) -> Iterator[str]:
    """Even the last before the pivot: a time-out can hide its success, and the rest is undone."""
    if before.pivot is None and not step.owes and not only_asks(step.do):
        yield (
            f"{step.name} cannot be undone when it or a later step fails: give it an undo=,"
            " declare it @reads, or do it after saga.point_of_no_return()"
        )


def _is_not_undone_after_all(step: Step, before: Sofar) -> Iterator[str]:
    if before.pivot and step.owes:
        yield (
            f"nothing is undone after the point of no return ({before.pivot.place}):"
            " take the undo= away, or do the step before"
        )


def _only_reads_if_it_says_so(step: Step, _before: Sofar) -> Iterator[str]:
    if step.do and only_reads(step.do):
        for place, call in writes(step.do):
            yield f"{step.do.__name__} is declared @reads, and calls {call} ({place})"


CHECKS: dict[str, Callable[[Step, Sofar], Iterator[str]]] = {
    "no-key": _has_a_key,
    "unseen": _can_be_seen,
    "unrecordable": _can_be_recorded,
    "undo-arguments": _undo_takes_the_same,
    "irreversible": _can_be_undone,
    "undo-after-pivot": _is_not_undone_after_all,
    "not-only-reads": _only_reads_if_it_says_so,
}


def _parameters(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    """An underscore before a name only says that it is not used."""
    known = hints(function)
    return [(it.lstrip("_"), known.get(it)) for it in inspect.signature(function).parameters]


def _told(function: Callable[..., Any]) -> str:
    return ", ".join(str(it) for it in inspect.signature(function).parameters.values())
