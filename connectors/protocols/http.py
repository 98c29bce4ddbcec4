"""How any vendor that speaks HTTP is reached: one policy for deadline, retries, errors and log.

A refusal becomes the problem its status stands for (statuses.py), unless the vendor's file asks to
see it. Nothing a vendor says, and no URL, query or secret, gets into a detail or a log line.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import orjson
import structlog
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from connectors.protocols import statuses
from connectors.protocols.composing import compose, encoded
from runtime.calls.http import Lost, Reply, Request, Sender, Silent, TooLarge, Unreached
from runtime.context import HOP_MARGIN, TRACEPARENT, Context, ambient
from runtime.problems import Problem, Unavailable, broken, garbage, silent

log = structlog.get_logger()

T = TypeVar("T")

ATTEMPTS = 3
SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
JITTER = wait_exponential_jitter(multiplier=0.05, jitter=0.05, max=1)

FAILURES: dict[type[Exception], tuple[str, Callable[[str], Problem]]] = {
    Unreached: ("unreached", lambda who: Unavailable(f"{who} cannot be reached", retry_after=1)),
    Silent: ("silent", silent),
    Lost: ("lost", broken),
    TooLarge: ("too-large", lambda who: garbage(who, "the answer is too large")),
}
"""What a Sender raises: a word for the log, and the problem it is to the caller."""


@dataclass(frozen=True, slots=True)
class _Call:
    operation: str
    request: Request
    repeatable: bool
    accept: Collection[int]
    judge: Callable[[Reply], object] | None
    deadline: float

    def remaining(self) -> float:
        return self.deadline - asyncio.get_running_loop().time()

    def may_repeat(self, error: BaseException) -> bool:
        return statuses.may_pass(error, repeatable=self.repeatable)


class HttpBackend:
    """A backend by name. `headers` go with every request; `timeout` covers all attempts."""

    def __init__(
        self,
        name: str,
        base_url: str,
        sender: Sender,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._sender = sender
        self._headers = encoded(headers or {})
        self._timeout = timeout

    async def send(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        accept: Collection[int] = (),
        judge: Callable[[Reply], object] | None = None,
    ) -> Reply:
        """A 2xx reply, or one with a status in `accept`; anything else is raised as a Problem.

        `judge` may raise one for what a reply says; like any other it may pass and be tried again.

        `path` is percent-encoded. `repeatable` says that a second sending has no second effect, as
        of a POST with an idempotency key; GET, HEAD, PUT and DELETE are taken to be.
        """
        call = _Call(
            operation,
            compose(
                method,
                self._base_url + path,
                query=query,
                json=json,
                form=form,
                content=content,
                headers=[*self._headers, *encoded(headers or {})],
            ),
            method in SAFE_TO_REPEAT if repeatable is None else repeatable,
            accept,
            judge,
            self._deadline(),
        )
        try:
            return await self._attempt(call, 1)
        except Problem as problem:
            first = problem
        if not call.may_repeat(first):
            raise first
        return await self._again(call, first)

    def read(self, reply: Reply, reader: Callable[[dict[str, Any]], T]) -> T:
        """What `reader` makes of the JSON object in a reply, or garbage when it cannot."""
        try:
            document = orjson.loads(reply.body)
            if not isinstance(document, dict):
                raise TypeError("not a JSON object")
            return reader(document)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise garbage(self.name, "the answer cannot be understood") from error

    def done(self, reply: Reply) -> None:
        """Checks for a success that has no content: a proxy's page with status 200 is none."""
        if reply.status != 204:
            raise garbage(self.name, "the answer cannot be understood")

    async def _again(self, call: _Call, first: Problem) -> Reply:
        """Tenacity only from the first failure on: it costs a success 25 µs."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(call.may_repeat),
            wait=_wait,
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(call.remaining()),
            reraise=True,
        ):
            with attempt:
                number = attempt.retry_state.attempt_number
                if number == 1:
                    raise first
                return await self._attempt(call, number)
        raise first  # not reached: the loop returns or raises

    async def _attempt(self, call: _Call, number: int) -> Reply:
        remaining = call.remaining()
        if remaining <= 0:
            raise silent(self.name, "the deadline passed before it could be called")
        context = ambient()
        span = context and context.child_span()
        outcome: dict[str, int | str] = {"outcome": "cancelled"}
        started = time.perf_counter()
        try:
            reply = await self._sender(_traced(call.request, span), timeout=remaining)
            outcome = {"status": reply.status}
        except (Unreached, Lost, TooLarge) as error:
            word, problem = FAILURES[type(error)]
            outcome = {"outcome": word}
            raise problem(self.name) from error
        finally:
            log.info(
                "backend_call",
                backend=self.name,
                operation=call.operation,
                attempt=number,
                ms=round((time.perf_counter() - started) * 1000, 1),
                **outcome,
                **(span.log_fields() if span else {}),
            )
        if reply.status >= 300 and reply.status not in call.accept:
            status = statuses.StatusError(reply)
            raise statuses.problem(self.name, status) from status
        if call.judge is not None:
            call.judge(reply)
        return reply

    def _deadline(self) -> float:
        own = asyncio.get_running_loop().time() + self._timeout
        context = ambient()
        # The margin lets what we make of a silent backend still reach our caller in time.
        return min(own, context.deadline - HOP_MARGIN) if context else own


def _wait(state: RetryCallState) -> float:
    """As long as the backend asks for, else a short while."""
    error = state.outcome.exception() if state.outcome else None
    cause = error.__cause__ if error else None
    if isinstance(cause, statuses.StatusError) and cause.retry_after is not None:
        return float(cause.retry_after)
    return JITTER(state)


def _traced(request: Request, span: Context | None) -> Request:
    if span is None:
        return request
    traceparent = f"00-{span.trace_id}-{span.span_id}-01".encode()
    return replace(request, headers=[*request.headers, (TRACEPARENT, traceparent)])
