"""What a flow comes by on its way, and what is found to be wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from runtime.flows.linting.source import Place


@dataclass(frozen=True, slots=True)
class Step:
    """`saga.step(...)` in the source. `do` and `undo` are None where they are no named function."""

    place: Place
    do: Callable[..., Any] | None
    undo: Callable[..., Any] | None
    owes: bool
    """Whether an undo is given."""
    name: str | None
    """As the journal has it, or the text that makes it for each run; None when it has none."""
    fixed: bool
    """The same each time it is come by, as it is not when made from what a loop goes over."""
    repeated: bool
    """In a loop."""
    beside: int | None = None
    """The same for steps that one `saga.together` takes side by side."""
    caught: bool = False
    """In a `try` of the flow's own."""


@dataclass(frozen=True, slots=True)
class Pivot:
    """`saga.point_of_no_return()`."""

    place: Place


Event = Step | Pivot
Path = tuple[Event, ...]


class Finding(NamedTuple):
    """What is wrong, and what to do about it."""

    place: Place
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.text}"
