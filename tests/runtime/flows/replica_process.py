"""A replica of its own: `python -m tests.runtime.flows.replica_process <url> <name> <runs>`.

It starts so many runs, and plays what comes until it is killed. What its steps do, they do in the table
`call` of the same database: which key was called, by whom, and when the call began.
"""

import asyncio
import sys

import asyncpg  # type: ignore[import-untyped] # it has no types
import structlog

from runtime.context import current
from runtime.flows.flow import Flow, flow
from runtime.flows.saga import Saga
from runtime.problems import Rejected
from tests.runtime.flows.engines import CALLER, Database, engine
from tests.runtime.flows.steps import Do

STEPS = ("reserve", "authorize", "enter", "capture", "confirm")
TAKES = 0.6
"""Seconds a step takes: time for all runs of a replica to be under way at once."""
DECLINED = 5
"""Each run of so many is declined in its third step."""


def place(calls: asyncpg.Pool, name: str) -> Flow[str, None]:
    def step(called: str) -> Do:
        async def do(thing: str) -> str:
            key = current().idempotency_key
            await calls.execute("insert into call (key, process) values ($1, $2)", key, name)
            await asyncio.sleep(TAKES)
            if called == "enter" and int(thing) % DECLINED == 0:
                raise Rejected("declined")
            return called

        do.__name__ = called
        return do

    reserve, authorize, enter, capture, confirm = map(step, STEPS)

    @flow("place")
    async def place(thing: str, saga: Saga) -> None:
        await saga.step(reserve, thing, undo=step("release"))
        await saga.together(
            saga.step(authorize, thing, undo=step("void")),
            saga.step(enter, thing, undo=step("leave")),
        )
        saga.point_of_no_return()
        await saga.step(capture, thing)
        await saga.step(confirm, thing)

    return place


async def live(url: str, name: str, runs: int) -> None:
    calls = await asyncpg.create_pool(url, min_size=1, max_size=8)
    it = place(calls, name)
    async with engine(Database(url), it) as flows:
        print("ready", flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(
            *(
                flows.start(it, f"{name}-{number}", str(number), owner="alice", context=CALLER)
                for number in range(runs)
            )
        )
        await asyncio.Event().wait()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    asyncio.run(live(sys.argv[1], sys.argv[2], int(sys.argv[3])))
