"""Plays a flow to its end: completed, failed with everything undone, or stuck."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import structlog

from runtime.context import new_id
from runtime.flows.flow import Flow
from runtime.flows.ledger import OrderedBack, Stuck
from runtime.flows.origin import Origin
from runtime.flows.rows import RunRow
from runtime.flows.run import Status
from runtime.flows.saga import Saga
from runtime.problems import Problem, Rejected

log = structlog.get_logger()


class Cancelled(Rejected):
    """An operator had it undone. Their reason is in the journal: it is not for the caller."""

    status = 409
    kind = "cancelled"
    title = "It was cancelled and undone"


class Ending(NamedTuple):
    """`result` and `problem` are JSON text."""

    status: Status
    result: str | None = None
    problem: str | None = None


async def play(flow: Flow[Any, Any], run: RunRow, make_saga: Callable[[], Saga]) -> Ending:
    """From the top, with what is recorded. CancelledError leaves the run to the next recovery,
    Outdated wants it played again."""
    try:
        return await _played(flow, run, make_saga())
    except Stuck as stuck:
        return stuck_ending(str(stuck))
    except Exception as bug:
        log.exception("flow_bug", flow=run.flow, run=run.id)
        return stuck_ending(f"a bug: {type(bug).__name__}")


async def _played(flow: Flow[Any, Any], run: RunRow, saga: Saga) -> Ending:
    try:
        result = await flow(flow.payload.load(run.payload), saga)
        if not saga.ordered_back:
            saga.close()
            return Ending("completed", result=flow.result.dump(result))
        why: Problem = Cancelled()
    except Problem as problem:
        why = problem
    except OrderedBack:
        why = Cancelled()
    except Exception:
        if not saga.ordered_back:
            raise
        log.exception("flow_bug", flow=run.flow, run=run.id)
        why = Cancelled()
    await saga.give_up(why)
    saga.close()
    return Ending("failed", problem=_text(why))


def stuck_ending(detail: str) -> Ending:
    problem = Problem(detail, kind="stuck", title="An operator has to finish it")
    return Ending("stuck", problem=_text(problem))


def tell(row: RunRow, ending: Ending) -> None:
    """A stuck run is an error: somebody has to look at it."""
    origin: Origin = orjson.loads(row.context)
    say = log.error if ending.status == "stuck" else log.info
    say(
        "flow_finished",
        flow=row.flow,
        run=row.id,
        status=ending.status,
        problem=orjson.loads(ending.problem).get("detail") if ending.problem else None,
        request_id=origin["request_id"],
        trace_id=origin["trace_id"],
        span_id=new_id(64),
        parent_span_id=origin["span_id"],
    )


def _text(problem: Problem) -> str:
    return orjson.dumps(problem.document).decode()
