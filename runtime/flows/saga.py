"""What a flow is written with: steps in order, each with its undo, and a point of no return."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple, overload

from runtime.flows.attempts import Attempts, Call
from runtime.flows.compensation import Owed, all_ended, compensate
from runtime.flows.ledger import Outcome, Stuck, Turn, Turns
from runtime.flows.limits import ONCE, RetryPolicy
from runtime.flows.shapes import Shape, result_shape
from runtime.problems import Problem

Args = TypeVarTuple("Args")
R = TypeVar("R")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
T = TypeVar("T")

Step = Coroutine[None, None, R]
"""A step that was asked for: await it, or hand it to `together`."""


class Saga:
    """One run of a flow. A step fails with the Problem its function raised.

    A flow that catches it and goes on answers for what the step may have done all the same.
    """

    def __init__(self, attempts: Attempts, before_the_pivot: RetryPolicy = ONCE) -> None:
        self.run_id = attempts.run_id
        self._attempts = attempts
        self._before_the_pivot = before_the_pivot
        self._turns = Turns()
        self._owed: list[Owed] = []
        self._asked: set[str] = set()
        self._side_by_side = 1
        self._running = 0
        self._forward_only = False

    def step(
        self,
        do: Callable[[*Args], Awaitable[R]],
        *args: *Args,
        undo: Callable[[*Args], Awaitable[object]] | None = None,
        name: str | None = None,
    ) -> Step[R]:
        """Call `do`; a replay restores its recorded result to the type it declares instead.

        `undo` takes the same arguments and is owed from before the call: it must be safe to repeat,
        and safe when nothing was done. `name` (by default that of `do`) is unique in the flow: the
        journal and the idempotency key of the call go by it.
        """
        if self._running:  # its place in a replay would depend on who is faster
            raise RuntimeError(f"{name_of(do)} is asked for while another step is running")
        name, shape = name or name_of(do), result_shape(do)
        turn = self._turns.take("do", name, skippable=shape.nothing)
        if undo is not None:
            self._owe(turn, undo, args)
        self._asked.add(turn.name)

        async def call() -> str:
            text = shape.dump(await do(*args))
            shape.load(text)  # what cannot be read back must not be recorded
            return text

        return self._take(turn, call, shape)

    @overload
    async def together(self, a: Step[A], b: Step[B], /) -> tuple[A, B]: ...
    @overload
    async def together(self, a: Step[A], b: Step[B], c: Step[C], /) -> tuple[A, B, C]: ...
    @overload
    async def together(self, *steps: Step[R]) -> tuple[R, ...]: ...
    async def together(self, *steps: Step[Any]) -> tuple[Any, ...]:
        """Take steps side by side, and wait for all: no undo may overtake a step still running."""
        self._side_by_side = len(steps)
        try:
            return await all_ended(*steps)
        finally:
            self._side_by_side = 1

    async def sleep(self, seconds: float, *, name: str) -> None:
        """Let time pass; a restart waits for what is left of it."""
        await self._waited(name, None, seconds)

    async def wait_event(
        self, event: str, shape: type[T], *, timeout: float | None = None, name: str | None = None
    ) -> T | None:
        """What the run is told under that name (`Engine.emit`), now or before, as what it is: a
        pydantic model or a JSON type. None when `timeout` seconds have passed, restarts included.

        `name` (by default that of the event) is unique in the flow, like that of a step.
        """
        text = await self._waited(name or event, event, timeout)
        return None if text == "null" else Shape[T](shape).load(text)

    def point_of_no_return(self) -> None:
        """From here it only goes forward: what fails is tried again, and nothing is undone."""
        self._attempts.ledger.mark(self._turns.take("mark", "point_of_no_return"))
        self._forward_only = True

    @property
    def ordered_back(self) -> bool:
        """For the engine: an operator wants it undone, whether or not the flow would go on."""
        return self._attempts.ledger.ordered_back

    async def give_up(self, problem: Problem) -> None:
        """For the engine: undo what is owed. Raises Stuck where that is not possible (any more)."""
        if self._forward_only:
            raise Stuck(f"failed after the point of no return: {problem}") from problem
        if left := await compensate(self._owed, self._attempts, self._turns):
            raise Stuck(f"could not undo {', '.join(left)}, after: {problem}") from problem

    def close(self) -> None:
        """For the engine: the flow has ended. Raises Stuck when it is not what it was before."""
        if self._asked:
            raise Stuck(f"asked for and never awaited: {', '.join(sorted(self._asked))}")
        self._attempts.ledger.close()

    def _owe(
        self, turn: Turn, undo: Callable[[*Args], Awaitable[object]], args: tuple[*Args]
    ) -> None:
        if self._forward_only:
            raise ValueError(f"{turn.name}: nothing is undone after the point of no return")

        async def call() -> str:
            await undo(*args)
            return "null"

        self._owed.append(Owed(turn.name, call))

    async def _take(self, turn: Turn, call: Call, shape: Shape[R]) -> R:
        if self._running == self._side_by_side:
            raise RuntimeError(f"{turn.name}: take steps side by side with saga.together")
        self._asked.discard(turn.name)
        self._running += 1
        try:
            outcome = await self._outcome(turn, call)
        finally:
            self._running -= 1
        if outcome.verdict in {"ok", "skipped"}:
            return shape.load(outcome.detail)
        if outcome.verdict == "stuck":
            raise Stuck(f"{turn.name}: {outcome.problem()}")
        raise outcome.problem()

    async def _waited(self, name: str, event: str | None, seconds: float | None) -> str:
        if self._running:
            raise RuntimeError(f"{name} is waited for while a step is running")
        turn = self._turns.take("wait", name)
        return await self._attempts.ledger.wait(turn, event, seconds)

    async def _outcome(self, turn: Turn, call: Call) -> Outcome:
        if self._forward_only:
            return await self._attempts.once(turn, call, self._attempts.limits.forward, "stuck")
        return await self._attempts.once(turn, call, self._before_the_pivot, "problem")


def name_of(do: Callable[..., Any]) -> str:
    """Raises ValueError for what has no name of its own, such as a lambda."""
    name: str = getattr(do, "__name__", "")
    if not name.isidentifier():
        raise ValueError(f"{do!r} has no name: give the step a name=")
    return name
