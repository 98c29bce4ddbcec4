"""Calls what a step consists of, each time under its own deadline, until there is an outcome."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property

import structlog

from runtime.context import Context, entered, new_id
from runtime.flows.ledger import Ledger, Outcome, Turn, failed
from runtime.flows.limits import Limits, RetryPolicy
from runtime.flows.run import Verdict
from runtime.problems import Misconfigured, Problem, Rejected, silent

GRACE = 0.1
"""Seconds a call is left beyond its deadline: a client's own error says more and comes first."""

Call = Callable[[], Awaitable[str]]
"""Makes the call; gives its result as JSON text."""


log = structlog.get_logger()


@dataclass(frozen=True)
class Attempts:
    """Those of one run. `slots` bounds how many calls are made at once."""

    flow: str
    run_id: str
    context: Context
    limits: Limits
    ledger: Ledger
    slots: AbstractAsyncContextManager[object]

    async def once(self, turn: Turn, call: Call, policy: RetryPolicy, end: Verdict) -> Outcome:
        """What is recorded; else success, or `end` when refused or when the policy is exhausted."""
        return await self.ledger.once(turn, lambda: self._live(turn, call, policy, end))

    async def _live(self, turn: Turn, call: Call, policy: RetryPolicy, end: Verdict) -> Outcome:
        started, span = time.perf_counter(), new_id(64)
        said = {"step": turn.name, "kind": turn.kind, **self.origin, "span_id": span}
        try:
            outcome = await self._persist(lambda: self._call(turn, call, span), policy, end, said)
        except Exception as bug:
            log.exception("flow_bug", **said)
            outcome = failed("stuck", Problem(f"a bug: {type(bug).__name__}"))
        ms = round((time.perf_counter() - started) * 1000, 2)
        log.info("flow_step", outcome=outcome.verdict, attempts=outcome.attempts, ms=ms, **said)
        return outcome

    async def _persist(
        self, call: Call, policy: RetryPolicy, end: Verdict, said: dict[str, str]
    ) -> Outcome:
        waits, attempts = policy.waits(), 0
        while True:
            attempts += 1
            try:
                return Outcome("ok", await call(), attempts)
            except Problem as problem:
                wait = None if _is_final(problem) else next(waits, None)
                if wait is None:
                    return failed(end, problem, attempts)
                asked = min(problem.document.get("retryAfter", 0), policy.longest)
                log.warning("flow_step_again", problem=problem.slug, detail=str(problem), **said)
            await self.ledger.pause(max(wait, asked))

    @cached_property
    def origin(self) -> dict[str, str]:
        """What every line about the run says."""
        context = self.context
        return {
            "flow": self.flow,
            "run": self.run_id,
            "request_id": context.request_id,
            "trace_id": context.trace_id,
            "parent_span_id": context.span_id,
        }

    async def _call(self, turn: Turn, call: Call, span: str) -> str:
        async with self.slots:
            deadline = asyncio.get_running_loop().time() + self.limits.step
            try:
                with entered(self._context(turn, span, deadline)):
                    async with asyncio.timeout_at(deadline + GRACE) as limit:
                        return await call()
            except TimeoutError as error:
                if not limit.expired():
                    raise
                raise silent(turn.name) from error

    def _context(self, turn: Turn, span: str, deadline: float) -> Context:
        """Of one try; written out, as each step of each run makes one and `replace` costs thrice that."""
        of = self.context
        return Context(
            of.api,
            of.wiring,
            of.request_id,
            of.trace_id,
            deadline,
            span,
            of.span_id,
            of.identity,
            turn.key(self.run_id),
        )


def _is_final(problem: Problem) -> bool:
    """Whether repeating is of no use: the caller or an operator has to act first."""
    return isinstance(problem, Rejected | Misconfigured)
