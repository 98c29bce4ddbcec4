"""Undoes what is owed, in reverse, whatever becomes of the single undo."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, NamedTuple

from runtime.flows.attempts import Attempts, Call
from runtime.flows.ledger import Outcome, Turns
from runtime.problems import Problem


class Owed(NamedTuple):
    """`step` may have happened: a time-out can hide a success, so even a failed one is undone."""

    step: str
    undo: Call


async def compensate(owed: Sequence[Owed], attempts: Attempts, turns: Turns) -> list[str]:
    """The steps that could not be undone.

    An undo begins when the one before has ended, or has kept failing for `limits.undo_patience`.
    """
    limits = attempts.limits
    undos: list[asyncio.Task[Outcome]] = []
    try:
        for step, undo in reversed(owed):
            once = attempts.once(turns.take("undo", step), undo, limits.undo, "stuck")
            undos.append(asyncio.create_task(once))
            await asyncio.wait(undos[-1:], timeout=limits.undo_patience)
        outcomes = await all_ended(*undos)
    finally:
        for task in undos:
            task.cancel()
    return [
        step
        for (step, _), outcome in zip(reversed(owed), outcomes, strict=True)
        if outcome.verdict == "stuck"
    ]


async def all_ended(*calls: Awaitable[Any]) -> tuple[Any, ...]:
    """Their results, once all have ended; or what was raised first in their order.

    What is no Problem goes before: nothing may be undone while the outcome of a step is not known.
    """
    results = await asyncio.gather(*calls, return_exceptions=True)
    raised = [result for result in results if isinstance(result, BaseException)]
    for error in sorted(raised, key=lambda error: isinstance(error, Problem)):
        raise error
    return tuple(results)
