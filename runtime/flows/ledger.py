"""The port between a Saga and the engine that remembers for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import orjson

from runtime.flows.run import Kind, Verdict
from runtime.problems import Problem


class Stuck(BaseException):
    """The run cannot go on or back. Not an Exception, lest a flow swallows it by accident."""


class OrderedBack(BaseException):
    """An operator wants the run undone instead of going on. Not an Exception, as Stuck is none."""


class Outdated(BaseException):
    """Orders were given since the run was taken up: it has to be played again, by them."""


class Turn(NamedTuple):
    """The place of a step, an undo or a mark in its run: the same at every replay."""

    seq: int
    kind: Kind
    name: str
    skippable: bool = True
    """Whether its result is nothing."""

    def key(self, run_id: str) -> str:
        """The idempotency key of the calls it makes."""
        return f"{run_id}:{self.name}:undo" if self.kind == "undo" else f"{run_id}:{self.name}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is remembered of a turn. A failure is data too: a replay takes the same branch."""

    verdict: Verdict
    detail: str
    """JSON text: the result when ok, otherwise a problem document."""
    attempts: int = 1

    def problem(self) -> Problem:
        return Problem.from_document(orjson.loads(self.detail))


def failed(verdict: Verdict, problem: Problem, attempts: int = 1) -> Outcome:
    return Outcome(verdict, orjson.dumps(problem.document).decode(), attempts)


class Turns:
    """Numbers the turns of a run."""

    def __init__(self) -> None:
        self._taken: set[tuple[Kind, str]] = set()

    def take(self, kind: Kind, name: str, *, skippable: bool = True) -> Turn:
        """Raises ValueError for a name taken before, as its key would be."""
        if (kind, name) in self._taken:
            raise ValueError(f"this run has a step {name} already: give this one a name=")
        self._taken.add((kind, name))
        return Turn(len(self._taken), kind, name, skippable)


class Ledger(Protocol):
    async def once(self, turn: Turn, call: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The outcome recorded for this turn, else that of `call`, durable before this returns.

        A stuck one is called again. Raises Stuck when another turn is recorded in this one's place;
        and instead of calling anything CancelledError when the engine is closing, and, unless it is
        an undo, OrderedBack or Outdated.
        """
        ...

    async def wait(self, turn: Turn, event: str | None, seconds: float | None) -> str:
        """What the run was told under that name, as JSON; "null" once so many seconds have passed.

        Since when it waits is durable. Raises what `once` does for a step.
        """
        ...

    def mark(self, turn: Turn) -> None:
        """Remember that it came by here, durably before the next call. Raises Stuck likewise, and
        OrderedBack when it never did and is not to any more."""
        ...

    @property
    def ordered_back(self) -> bool:
        """Whether an operator wants the run undone. Only a run that never came by a mark can be."""
        ...

    def close(self) -> None:
        """The flow has ended. Raises Stuck when it did not come by everything that is recorded."""
        ...

    async def pause(self, seconds: float) -> None:
        """Sleep. Raises CancelledError when the engine is closing."""
        ...
