"""An explained flow as text for people."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import fill

from runtime.flows.limits import DEFAULTS, Limits
from runtime.flows.linting.explaining import Case, Explained, Ways, When

KINDS = {
    "reads": "reads only: there is nothing to undo",
    "compensable": "compensable",
    "irreversible": "irreversible",
    "pivot": "pivot: from here it only goes forward",
    "retriable": "retriable",
}

WHENS: dict[When, str] = {
    "refused": "refused",
    "unavailable": "no answer",
    "bug": "a bug",
    "crash": "a crash",
    "undo-fails": "undo fails",
}

WIDTH = 100

OPERATOR = "an operator has to act (strata flows)"


def text(flow: str, steps: Sequence[Explained], limits: Limits = DEFAULTS) -> str:
    return "\n".join([f"{flow}: if a step fails", *_lines(steps, limits)]) + "\n"


def _lines(steps: Sequence[Explained], limits: Limits) -> Iterator[str]:
    forward = False
    for number, step in enumerate(steps, 1):
        if step.forward and not forward:
            forward = True
            yield "\n──── point of no return ────"
        yield f"\n{number}. {step.name}: {_kind(step)}  ({step.place})"
        if step.caught:
            yield _row("caught", "the flow has a try around it: what follows is if it raises on")
        for case in step.cases:
            yield _row(WHENS[case.when], SAY[case.when](step, case, limits))


def _kind(step: Explained) -> str:
    undo = f", undone by {step.undo}" if step.undo else ""
    return KINDS[step.kind] + undo + (", for each in a loop" if step.repeated else "")


def _row(heading: str, said: str) -> str:
    return fill(
        said, WIDTH, initial_indent=f"   {heading:<12}", subsequent_indent=" " * 15,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _refused(step: Explained, _case: Case, _limits: Limits) -> str:
    if step.forward:
        return f"stuck at once: nothing is undone, {OPERATOR}. The caller sees it stuck."
    return f"{_undoing(step.undone)} The run has failed; the caller is told the step's problem."


def _unavailable(step: Explained, case: Case, limits: Limits) -> str:
    each = f"{_span(limits.step)} for an answer"
    if step.forward:
        return (
            f"{each}; repeated for {_span(case.seconds)}, up to {_span(limits.forward.longest)}"
            " apart, while the caller sees it running; then stuck. Nothing is undone."
        )
    hidden = "" if step.kind == "reads" else ": it may have happened all the same"
    return f"{each}, once{hidden}. Then as when refused."


def _bug(_step: Explained, _case: Case, _limits: Limits) -> str:
    return "stuck at once: nothing is undone, for nobody knows what happened."


def _crash(step: Explained, case: Case, _limits: Limits) -> str:
    again = f"after the restart it is called again, with the same key {step.key};"
    if step.forward:
        return f"{again} it goes forward, repeated for {_span(case.seconds)}, then stuck."
    return f"{again} without an answer for {_span(case.seconds)} more, then as when refused."


def _undo_fails(_step: Explained, case: Case, limits: Limits) -> str:
    return (
        f"it is repeated for {_span(case.seconds)}, and the next undo begins after"
        f" {_span(limits.undo_patience)} all the same; refused, it is not repeated. When all the"
        f" others are undone: stuck, {OPERATOR}. After a crash, undos go on."
    )


SAY: dict[When, Callable[[Explained, Case, Limits], str]] = {
    "refused": _refused,
    "unavailable": _unavailable,
    "bug": _bug,
    "crash": _crash,
    "undo-fails": _undo_fails,
}


def _undoing(ways: Ways) -> str:
    told = [", then ".join(f"{it.step} by {it.by}" for it in way) or "nothing" for way in ways]
    return f"Undone: {'; or, another way, '.join(told)}."


def _span(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
