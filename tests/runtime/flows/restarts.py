"""Runs that are broken off in the middle, and taken up by the next engine on the same file."""

import asyncio
from dataclasses import replace
from typing import Any

from runtime.flows.flow import Flow, flow
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from tests.runtime.flows.engines import LIMITS, Place, engine, started
from tests.runtime.flows.steps import Do

CALL_OFF = replace(LIMITS, close=0.0)
"""Steps in flight are broken off, as by a crash."""


hanging = asyncio.Event()


async def hang(thing: str) -> str:
    hanging.set()
    await asyncio.sleep(60)
    return thing


async def interrupted(journal: Place, flow: Flow[str, Any], recorded: int = 1) -> None:
    """Run it until it hangs with that many steps recorded, and break it off there."""
    hanging.clear()
    async with asyncio.timeout(5), engine(journal, flow, limits=CALL_OFF) as flows:
        run = await started(flows, flow, "it")
        await hanging.wait()
        while len(run.steps) < recorded:
            run = await flows.wait("run-1", timeout=0.005)


async def recovered(journal: Place, *flows: Flow[str, Any]) -> Run:
    async with engine(journal, *flows) as opened:
        await opened.recover()
        return await opened.wait("run-1", timeout=5)


def two_steps(first: Do, second: Do) -> Flow[str, str]:
    """The first goes by its own name, the second is named so."""

    @flow("two")
    async def two(thing: str, saga: Saga) -> str:
        await saga.step(first, thing)
        return await saga.step(second, thing, name="second")

    return two
