"""What a caller's Idempotency-Key stands for: one run, started once, and the same answer again.

As draft-ietf-httpapi-idempotency-key-header has it: the same request again is given the stored answer,
a refusal too, with `Idempotency-Replayed: true`; another request under the key is refused (KeyReused,
422). One that comes while the first is under way waits for the same answer as long as its caller
does, and is refused with 409 only then.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from runtime.context import current
from runtime.flows.engine import Engine
from runtime.flows.flow import Flow
from runtime.flows.ids import named_after
from runtime.flows.run import Run
from runtime.problems import Problem, Rejected

P = TypeVar("P")
log = structlog.get_logger()

ANSWER_MARGIN = 0.2
"""Seconds kept back from the caller's deadline to answer that the run is still under way."""
LOOK_EVERY = 0.1
"""Seconds between two looks at a run that may have come far enough without having ended."""


class InProgress(Rejected):
    """It was asked for before, and there is no answer yet."""

    status = 409
    kind = "request-in-progress"
    title = "The request with this idempotency key is still under way"


def id_for(prefix: str, key: str) -> str:
    """The id of the run a caller's key stands for: the same key again is the same run.

    The caller is part of it, so that nobody can hit upon another's run.
    """
    caller = current().identity
    return prefix + named_after(caller.subject, caller.client, key)


def ended(run: Run) -> bool:
    return run.ended


def begun(run: Run) -> bool:
    """For a caller who is told how far it is by now, and comes again."""
    return bool(run)


async def asked(
    flows: Engine,
    flow: Flow[P, Any],
    run_id: str,
    payload: P,
    *,
    owner: str,
    instance: str,
    enough: Callable[[Run], bool] = ended,
) -> Run:
    """The run once it has come far enough; for the first who asks also as it stands when their time
    is up.

    Raises InProgress, KeyReused, Unavailable, or what the run has failed with; `instance` is where
    the caller may look.
    """
    started = await flows.start(flow, run_id, payload, owner=owner, context=current())
    log.info("flow_asked", flow=flow.name, run=run_id, repeated=not started.created)
    run = await settled(flows, run_id, enough)
    if not started.created:
        if not (run.ended or enough(run)):
            raise InProgress("ask again for its answer", retry_after=1, instance=instance)
        current().replayed = True
    if run.status == "failed" and run.problem:
        raise Problem.from_document(run.problem).with_instance(instance)
    return run


async def settled(flows: Engine, run_id: str, enough: Callable[[Run], bool] = ended) -> Run:
    """The run once it has come far enough, or as it stands when the caller's time is nearly up."""
    while True:
        left = max(0.0, current().remaining() - ANSWER_MARGIN)
        run = await flows.wait(run_id, left if enough is ended else min(left, LOOK_EVERY))
        if run.ended or enough(run) or not left:
            return run
