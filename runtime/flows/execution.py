"""Plays a flow to its end: completed, failed with everything undone, or stuck."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import structlog

from runtime.flows.flow import Flow
from runtime.flows.journal import RunRow
from runtime.flows.ledger import Stuck
from runtime.flows.run import Status
from runtime.flows.saga import Saga
from runtime.problems import Problem

log = structlog.get_logger()


class Ending(NamedTuple):
    """`result` and `problem` are JSON text."""

    status: Status
    result: str | None = None
    problem: str | None = None


async def play(flow: Flow[Any, Any], run: RunRow, make_saga: Callable[[], Saga]) -> Ending:
    """From the top, with what is recorded. CancelledError leaves the run to the next recovery."""
    try:
        return await _played(flow, run.payload, make_saga())
    except Stuck as stuck:
        return stuck_ending(str(stuck))
    except Exception as bug:
        log.exception("flow_bug", flow=run.flow, run=run.id)
        return stuck_ending(f"a bug: {type(bug).__name__}")


async def _played(flow: Flow[Any, Any], payload: str, saga: Saga) -> Ending:
    try:
        result = await flow(flow.payload.load(payload), saga)
        saga.close()
        return Ending("completed", result=flow.result.dump(result))
    except Problem as problem:
        await saga.give_up(problem)
        saga.close()
        return Ending("failed", problem=_text(problem))


def stuck_ending(detail: str) -> Ending:
    problem = Problem(detail, kind="stuck", title="An operator has to finish it")
    return Ending("stuck", problem=_text(problem))


def _text(problem: Problem) -> str:
    return orjson.dumps(problem.document).decode()
