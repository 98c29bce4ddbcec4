"""Kills a flow at every write of its journal while an operator has something done with it.

`python -m tests.runtime.flows.order_matrix <folder> <order>…` prints a JSON object per case. The flow,
its backend and the processes are those of crash_matrix.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Sequence
from functools import partial
from itertools import count, product
from pathlib import Path
from typing import NamedTuple

import structlog

from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.journal import Journal
from runtime.flows.origin import restored
from runtime.flows.run import Action, Run, Status
from tests.crash_matrix.kills import MOMENTS, AtWrite, Commits
from tests.runtime.flows.backend import Backend
from tests.runtime.flows.crash_matrix import AFTER, BEFORE, forked, place
from tests.runtime.flows.engines import CALLER, LIMITS, NoPeers, order


class Case(NamedTuple):
    """An order, what is wrong when it is given, and what it has to come to."""

    action: Action
    fault: str
    ends: Status
    effects: frozenset[str]
    step: str | None = None


ALL = frozenset((*BEFORE, *AFTER))
CASES = {
    "cancel": Case("cancel", "", "failed", frozenset()),
    "compensate": Case("compensate", "break enter", "failed", frozenset()),
    "retry": Case("retry", "decline capture", "completed", ALL),
    "skip": Case("skip", "decline capture", "completed", ALL - {"capture"}, "capture"),
}


class Faulty(Backend):
    """A backend that can break as none of ours should, and tell when it has been called."""

    def __init__(self, file: Path, fault: str) -> None:
        super().__init__(file, fault)
        self.called = asyncio.Event()

    def do(self, step: str) -> None:
        self.called.set()
        if self.fault == f"break {step}":
            raise KeyError(step)
        super().do(step)


async def life(folder: Path, case: Case, kill: AtWrite | None, *, first: bool) -> Run | None:
    """What one process does: start a run and give the order, or recover what another left."""
    backend = Faulty(folder / "effects", case.fault)
    flow = place(backend)
    engine = EmbeddedEngine(
        Journal(folder / "flows.db", commit=Commits(kill)),
        [flow],
        make_context=partial(restored, wiring=NoPeers()),
        limits=LIMITS,
    )
    if first:
        await engine.start(flow, "run-1", "it", owner="alice", context=CALLER)
        if case.action == "cancel":
            await backend.called.wait()
        else:
            await engine.wait("run-1", timeout=10)
            backend.fault = ""
        await engine.order("run-1", order(case.action, case.step))
    else:
        found = await engine.get("run-1")
        backend.fault = "" if found and found.orders else case.fault
        await engine.recover()
    run = await engine.wait("run-1", timeout=10) if await engine.get("run-1") else None
    await engine.aclose()
    return run


async def waits(folder: Path) -> bool:
    """Whether the killed process has left an order that is given and not carried out."""
    journal = Journal(folder / "flows.db")
    given, unfinished = journal.orders("run-1"), await journal.take_up()
    await journal.aclose()
    return bool(given and unfinished)


def judge(folder: Path, name: str, kill: AtWrite) -> None:
    case, waited = CASES[name], asyncio.run(waits(folder))
    run = asyncio.run(life(folder, case, None, first=False))
    backend = Backend(folder / "effects")
    done = +backend.balance()
    found = [f"{key} had two effects" for key in backend.repeated()]
    if run and run.orders and (run.status, frozenset(done)) != (case.ends, case.effects):
        found.append(f"the run is {run.status} with {sorted(done)}: {run.problem}")
    said = {"order": name, "kill": str(kill), "waited": waited, "violations": found}
    print(json.dumps(said), flush=True)  # noqa: T201


def live(folder: Path, case: Case, kill: AtWrite) -> None:
    asyncio.run(life(folder, case, kill, first=True))


def matrix(folder: Path, names: Sequence[str]) -> None:
    for name, moment in product(names, MOMENTS):
        for nth in count(1):
            kill, place = AtWrite(moment, nth), folder / f"{name}-{moment}-{nth}"
            place.mkdir(parents=True)
            killed = forked(partial(live, place, CASES[name], kill))
            forked(partial(judge, place, name, kill))
            if not killed:
                break


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    gc.freeze()  # lest each fork copies what the collector would touch
    matrix(Path(sys.argv[1]), sys.argv[2:])
