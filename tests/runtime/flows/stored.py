"""Journals as a crash left them, stored: `python -m tests.runtime.flows.stored FOLDER` makes another.

Each is the file and its write-ahead log, copied while the process was killed in the second step of a
run, with one run that had ended before. Their names say which version of the tables they have.
"""

import asyncio
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

from runtime.flows.embedded import EmbeddedEngine
from runtime.flows.flow import flow
from runtime.flows.journal import Journal
from runtime.flows.origin import restored
from runtime.flows.saga import Saga
from runtime.flows.schema import MIGRATIONS
from tests.runtime.flows.engines import CALLER, LIMITS, NoPeers

FOLDER = Path(__file__).parent / "journals"


async def hold(thing: str) -> str:
    return f"hold {thing}"


async def release(thing: str) -> None:
    del thing


async def pay(thing: str) -> str:
    if thing == "crash" and "STRATA_CRASH" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"pay {thing}"


@flow("stored")
async def stored(thing: str, saga: Saga) -> str:
    held = await saga.step(hold, thing, undo=release)
    saga.point_of_no_return()
    return f"{held}, {await saga.step(pay, thing)}"


async def crash(path: Path) -> None:
    engine = EmbeddedEngine(
        Journal(path), [stored], make_context=partial(restored, wiring=NoPeers()), limits=LIMITS
    )
    for thing in ("whole", "crash"):
        await engine.start(stored, f"run-{thing}", thing, owner="alice", context=CALLER)
        await engine.wait(f"run-{thing}", timeout=5)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    name = f"version-{len(MIGRATIONS)}.sqlite"
    if (child := os.fork()) == 0:
        os.environ["STRATA_CRASH"] = "1"
        asyncio.run(crash(target / name))
    os.waitpid(child, 0)
    for left in target.glob("*.lock"):
        left.unlink()
    for left in target.glob("*-shm"):
        left.unlink()
    shutil.copytree(target, FOLDER, dirs_exist_ok=True)
