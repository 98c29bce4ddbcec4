"""The flow as a plain function: its steps are called, their undos remembered, nothing is written."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple, cast

from bench.flows.order import Order, Placed, place_order
from runtime.flows.saga import Saga

Args = TypeVarTuple("Args")
R = TypeVar("R")


class Steps:
    """The part of a Saga that the flow uses; `step` is made durable, or not, in `call`."""

    def __init__(self) -> None:
        self._owed: list[Callable[[], Awaitable[object]]] = []

    async def step(
        self,
        do: Callable[[*Args], Awaitable[R]],
        *args: *Args,
        undo: Callable[[*Args], Awaitable[object]] | None = None,
    ) -> R:
        if undo is not None:
            self._owed.append(lambda: self.call(undo, *args))
        return await self.call(do, *args)

    async def call(self, function: Callable[[*Args], Awaitable[R]], *args: *Args) -> R:
        return await function(*args)

    def point_of_no_return(self) -> None:
        self._owed.clear()

    async def give_up(self) -> None:
        for undo in reversed(self._owed):
            await undo()


async def played(order: Order, steps: Steps) -> Placed:
    try:
        return await place_order(order, cast(Saga, steps))
    except Exception:
        await steps.give_up()
        raise


class NoDurability:
    async def play(self, order: Order) -> Placed:
        return await played(order, Steps())

    def written(self) -> dict[str, int]:
        return {}


@asynccontextmanager
async def opened(place: str) -> AsyncIterator[NoDurability]:  # noqa: ARG001 - it keeps nothing
    yield NoDurability()
