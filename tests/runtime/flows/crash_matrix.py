"""Kills a flow at every write of its journal, recovers it in a new process, weighs what was done.

`python -m tests.runtime.flows.crash_matrix <folder> <fault>…` prints a JSON object per case. Each
process is a fork of this one, which has everything imported and neither threads nor an event loop.
"""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count, product
from pathlib import Path

import structlog

from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.flow import Flow, flow
from runtime.flows.journal import Journal
from runtime.flows.origin import restored
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from tests.crash_matrix.kills import MOMENTS, AtWrite, Commits, fork, killed
from tests.runtime.flows.backend import Backend
from tests.runtime.flows.engines import CALLER, LIMITS, NoPeers

BEFORE = ("reserve", "authorize", "enter")
AFTER = ("capture", "confirm")
FAULTS = ("", *(f"decline {s}" for s in BEFORE), "lose reserve", "lose enter", "lose capture")
KILLED_TWICE = {"decline enter", "lose capture"}
"""The other faults take the same paths through the recovery."""


def steps(backend: Backend) -> dict[str, Callable[[str], Awaitable[None]]]:
    def step(name: str, call: Callable[[str], None]) -> Callable[[str], Awaitable[None]]:
        async def do(_thing: str) -> None:
            call(name)

        do.__name__ = name
        return do

    made = {name: step(name, backend.do) for name in (*BEFORE, *AFTER)}
    return made | {f"undo {name}": step(name, backend.undo) for name in BEFORE}


def place(backend: Backend) -> Flow[str, None]:
    known = steps(backend)

    @flow("place")
    async def place(thing: str, saga: Saga) -> None:
        await saga.step(known["reserve"], thing, undo=known["undo reserve"])
        await saga.together(
            saga.step(known["authorize"], thing, undo=known["undo authorize"]),
            saga.step(known["enter"], thing, undo=known["undo enter"]),
        )
        saga.point_of_no_return()
        await saga.step(known["capture"], thing)
        await saga.step(known["confirm"], thing)

    return place


async def life(folder: Path, fault: str, kill: AtWrite | None, *, first: bool) -> Run | None:
    """What one process does: start the run, or recover what another left; then wait for its end."""
    flow = place(Backend(folder / "effects", fault))
    engine = EmbeddedEngine(
        Journal(folder / "flows.db", commit=Commits(kill)),
        [flow],
        make_context=partial(restored, wiring=NoPeers()),
        limits=LIMITS,
    )
    if first:
        await engine.start(flow, "run-1", "it", owner="alice", context=CALLER)
    else:
        await engine.recover()
    run = await engine.wait("run-1", timeout=10) if await engine.get("run-1") else None
    await engine.aclose()
    return run


def violations(run: Run | None, backend: Backend) -> list[str]:
    """What must not be: effects without their counterpart, or a run that does not know its end."""
    done = +backend.balance()
    wanted = set((*BEFORE, *AFTER)) if run and run.status == "completed" else set()
    found = [f"{key} had two effects" for key in backend.repeated()]
    found += [f"{step} done {count} times" for step, count in done.items() if count > 1]
    found += [f"{step} left" for step in done.keys() - wanted]
    found += [f"{step} missing" for step in wanted - done.keys()]
    if run and run.status not in {"completed", "failed"}:
        found.append(f"the run is {run.status}: {run.problem}")
    return found


def forked(work: Callable[[], None]) -> bool:
    """Do it in a process of its own; whether that was killed. Any other failure is raised."""
    return killed(os.waitpid(fork(work), 0)[1])


def survives(folder: Path, fault: str, kills: list[AtWrite]) -> bool:
    """Live through the kills, then once more without; whether the last of the kills came about."""
    folder.mkdir(parents=True)
    for number, kill in enumerate(kills):
        killed = forked(partial(live, folder, fault, kill, first=number == 0))
    forked(partial(judge, folder, fault, kills))
    return killed


def live(folder: Path, fault: str, kill: AtWrite | None, *, first: bool) -> None:
    asyncio.run(life(folder, fault, kill, first=first))


def judge(folder: Path, fault: str, kills: list[AtWrite]) -> None:
    run = asyncio.run(life(folder, fault, None, first=False))
    case = {
        "fault": fault,
        "kills": [str(kill) for kill in kills],
        "status": run and run.status,
        "violations": violations(run, Backend(folder / "effects")),
    }
    print(json.dumps(case), flush=True)  # noqa: T201


def matrix(folder: Path, faults: Sequence[str]) -> None:
    numbers = count()
    for fault, moment in product(faults, MOMENTS):
        for nth in count(1):
            if not survives(folder / f"{next(numbers)}", fault, [AtWrite(moment, nth)]):
                break
            if fault in KILLED_TWICE:
                again = AtWrite(MOMENTS[nth % 2], 1)
                survives(folder / f"{next(numbers)}", fault, [AtWrite(moment, nth), again])


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    gc.freeze()  # lest each fork copies what the collector would touch
    matrix(Path(sys.argv[1]), sys.argv[2:])
