"""DBOS as it is shipped: its own settings, journal mode, serializer and pool.

The workflow and its steps run on the caller's event loop, which is the fastest way to call DBOS: a
queue or a handle polls.
"""

import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, TypeVarTuple

from bench.flows.contenders.no_durability import Steps, played
from bench.flows.order import Order, Placed

Args = TypeVarTuple("Args")
R = TypeVar("R")

dbos: Any = importlib.import_module("dbos")  # a checkout without it is checked as well


class DurableSteps(Steps):
    async def call(self, function: Callable[[*Args], Awaitable[R]], *args: *Args) -> R:
        result: R = await dbos.DBOS.run_step_async(None, function, *args)
        return result


@dbos.DBOS.workflow()  # type: ignore[untyped-decorator]
async def workflow(order: Order) -> Placed:
    return await played(order, DurableSteps())


class Dbos:
    async def play(self, order: Order) -> Placed:
        with dbos.SetWorkflowID(order.id):
            placed: Placed = await workflow(order)
        return placed

    def written(self) -> dict[str, int]:
        return {}


@asynccontextmanager
async def opened(place: str) -> AsyncIterator[Dbos]:
    """`place`: the URL of its database."""
    dbos.DBOS(config={"name": "bench", "system_database_url": place, "application_version": "1"})
    dbos.DBOS.launch()
    try:
        yield Dbos()
    finally:
        dbos.DBOS.destroy()
