"""`@flow("place-order")`: a name for an async function that takes a payload and a Saga."""

from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

import orjson

from runtime.context import Context
from runtime.flows.origin import remembered
from runtime.flows.rows import RunRow
from runtime.flows.run import Run
from runtime.flows.saga import Saga, name_of
from runtime.flows.shapes import Shape, hints, result_shape

P = TypeVar("P")
R = TypeVar("R")


class Flow(Generic[P, R]):
    """Calling it runs the function itself, without an engine."""

    def __init__(self, name: str, function: Callable[[P, Saga], Awaitable[R]]) -> None:
        self.name = name
        self.function = function

    async def __call__(self, payload: P, saga: Saga) -> R:
        return await self.function(payload, saga)

    @cached_property
    def payload(self) -> Shape[P]:
        """By the annotation of the first parameter. Raises TypeError when it has none."""
        declared = [hint for name, hint in hints(self.function).items() if name != "return"]
        if len(declared) != 2 or declared[1] is not Saga:
            raise TypeError(f"flow {self.name}: annotate its two parameters, the second as Saga")
        return Shape(declared[0])

    @cached_property
    def result(self) -> Shape[R]:
        return result_shape(self.function)

    def row(self, run_id: str, payload: P, *, owner: str, context: Context) -> RunRow:
        """What a new run of it is written down as."""
        return RunRow(
            run_id,
            self.name,
            owner,
            self.payload.dump(payload),
            self.payload.fingerprint(payload),
            orjson.dumps(remembered(context)).decode(),
        )

    def payload_of(self, run: Run) -> P:
        return self.payload.load(orjson.dumps(run.payload).decode())

    def result_of(self, run: Run) -> R:
        """What a completed run returned."""
        return self.result.load(orjson.dumps(run.result).decode())


def flow(name: str) -> Callable[[Callable[[P, Saga], Awaitable[R]]], Flow[P, R]]:
    """Name a flow. The name is stored with its runs: it must not change while one is unfinished."""
    return lambda function: Flow(name, function)


def step_result(run: Run, do: Callable[..., Awaitable[R]], name: str | None = None) -> R | None:
    """What a step of a run has returned, or None as long as it has not."""
    wanted = ("do", name or name_of(do), "ok")
    for step in run.steps:
        if (step.kind, step.name, step.outcome) == wanted:
            restored: R = result_shape(do).load(orjson.dumps(step.detail).decode())
            return restored
    return None


def by_name(flows: Iterable[Flow[Any, Any]]) -> dict[str, Flow[Any, Any]]:
    """Raises TypeError for a flow without annotations, ValueError for two of one name."""
    named: dict[str, Flow[Any, Any]] = {}
    for flow in flows:
        if flow.name in named:
            raise ValueError(f"two flows are named {flow.name}")
        _ = flow.payload, flow.result  # raises where an annotation is missing
        named[flow.name] = flow
    return named
