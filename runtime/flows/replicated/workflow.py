"""DBOS as it is used here: a play of a run is one workflow, of one generic function."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context as Variables

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from runtime.flows.replicated.rows import workflow_id

NAME = "strata.play"
THREADS = 16
"""For DBOS's own transactions; it makes this the pool of the whole event loop."""
CONNECTIONS = 10
POLL = 0.25
"""Seconds between looks for runs that another replica has left."""

Player = Callable[[str, int], Awaitable[None]]
"""Plays a run, by its id and the number of the play. CancelledError leaves it to whoever takes it up."""

PLAYERS: dict[str, Player] = {}
"""By the name of their engine; DBOS is one per process, so this is too."""


@DBOS.workflow(name=NAME)
async def play(engine: str, run_id: str, number: int) -> None:
    if engine not in PLAYERS:
        raise asyncio.CancelledError  # the engine is closing: the next replica takes it up
    await PLAYERS[engine](run_id, number)


def queue_of(engine: str) -> str:
    """The queue through which runs of that engine come from replicas that have died."""
    return f"strata.{engine}"


def configuration(url: str, executor: str, version: str) -> DBOSConfig:
    """Nothing that DBOS would otherwise choose by itself: an id that replicas share, a version that
    changes with each edit, pickles."""
    return {
        "name": "strata",
        "system_database_url": url,
        "executor_id": executor,
        "application_version": version,
        "serializer": DBOSPortableJSONSerializer(),
        "max_executor_threads": THREADS,
        "sys_db_pool_size": CONNECTIONS,
        "log_level": "ERROR",
        # Parameters hold personal data, and errors would tell them. DBOS repeats by itself what a lost
        # connection has broken off: to ask each one beforehand is a round trip for nothing.
        "db_engine_kwargs": {"hide_parameters": True, "pool_pre_ping": False},
    }


async def begin(engine: str, run_id: str, number: int) -> None:
    """Begin a play here, unless it has begun anywhere."""

    async def start() -> None:
        with SetWorkflowID(workflow_id(engine, run_id, number)):
            await DBOS.start_workflow_async(play, engine, run_id, number)

    # Apart from the caller's variables: it may be a step of another flow, and this run is none's child.
    await asyncio.get_running_loop().create_task(start(), context=Variables())


async def hand_over(workflows: Sequence[str], engine: str) -> None:
    """Let any replica that has the engine go on with them."""
    await DBOS.resume_workflows_async(list(workflows), queue_name=queue_of(engine))


async def delete(workflows: Sequence[str]) -> None:
    await DBOS.delete_workflows_async(list(workflows))
