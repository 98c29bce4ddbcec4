"""How any vendor that speaks HTTP is reached: one policy for deadline, retries, errors and log.

A refusal becomes the problem its status stands for (statuses.py), unless the vendor's file asks to
see it. Nothing a vendor says, and no URL, query or secret, gets into a detail or a log line.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import orjson

from connectors.protocols import statuses
from connectors.protocols.backend import Attempt, Backend
from connectors.protocols.composing import compose, encoded
from connectors.reach import Reach
from runtime.calls.http import Headers, Lost, Reply, Request, Silent, TooLarge, Unreached
from runtime.context import TRACEPARENT, Context
from runtime.problems import Problem, Unavailable, broken, garbage, silent

T = TypeVar("T")

READS = frozenset({"GET", "HEAD"})
SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "PUT", "DELETE"})

FAILURES: dict[type[Exception], tuple[str, Callable[[str], Problem]]] = {
    Unreached: ("unreached", lambda who: Unavailable(f"{who} cannot be reached", retry_after=1)),
    Silent: ("silent", silent),
    Lost: ("lost", broken),
    TooLarge: ("too-large", lambda who: garbage(who, "the answer is too large")),
}
"""What a Sender raises: a word for the log, and the problem it is to the caller."""


@dataclass(slots=True)
class _Judged:
    """A request with what its replies are judged by."""

    request: Request
    accept: Collection[int]
    judge: Callable[[Reply], object] | None
    fresh: Callable[[], bytes] | None
    """Makes the body anew for each attempt."""


class HttpBackend:
    """A backend by name. `headers` go with every request; `timeout` covers all attempts."""

    def __init__(
        self,
        name: str,
        base_url: str,
        reach: Reach,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,
    ) -> None:
        self.name = name
        self._backend = Backend(name, reach, timeout=timeout)
        self._base_url = base_url.rstrip("/")
        self._sender = reach.network
        self._headers = encoded(headers or {})

    async def send(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        content: bytes | Callable[[], bytes] | None = None,
        headers: Mapping[str, str] | Headers | None = None,
        repeatable: bool | None = None,
        read: bool | None = None,
        accept: Collection[int] = (),
        judge: Callable[[Reply], object] | None = None,
    ) -> Reply:
        """A 2xx reply, or one with a status in `accept`; anything else is raised as a Problem.

        `judge` may raise one for what a reply says; like any other it may pass and be tried again.

        `path` is percent-encoded. `content` may be a function, for what is not sent twice as it is.
        `repeatable` says that a second sending has no second effect, as
        of a POST with an idempotency key; GET, HEAD, PUT and DELETE are taken to be. `read` says that
        it changes nothing, as of a query sent by POST; GET and HEAD are taken to be.
        """
        fresh = content if callable(content) else None
        request = compose(
            method,
            self._base_url + path,
            query=query,
            json=json,
            form=form,
            content=None if callable(content) else content,
            headers=[*self._headers, *encoded(headers or {})],
        )
        judged = _Judged(request, accept, judge, fresh)
        return await self._backend.call(
            operation,
            lambda attempt: self._send(judged, attempt),
            repeatable=method in SAFE_TO_REPEAT if repeatable is None else repeatable,
            read=method in READS if read is None else read,
        )

    def read(self, reply: Reply, reader: Callable[[dict[str, Any]], T]) -> T:
        """What `reader` makes of the JSON object in a reply, or garbage when it cannot."""
        try:
            document = orjson.loads(reply.body)
            if not isinstance(document, dict):
                raise TypeError("not a JSON object")
            return reader(document)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            self.spoilt()
            raise garbage(self.name, "the answer cannot be understood") from error

    def done(self, reply: Reply) -> None:
        """Checks for a success that has no content: a proxy's page with status 200 is none."""
        if reply.status != 204:
            self.spoilt()
            raise garbage(self.name, "the answer cannot be understood")

    def spoilt(self) -> None:
        """A reply that was taken for an answer turns out to be garbage."""
        self._backend.spoilt()

    async def _send(self, judged: _Judged, attempt: Attempt) -> Reply:
        request = _traced(judged.request, attempt.span)
        if judged.fresh is not None:
            request = replace(request, body=judged.fresh())
        try:
            reply = await self._sender(request, timeout=attempt.remaining)
        except (Unreached, Lost, TooLarge) as error:
            word, problem = FAILURES[type(error)]
            attempt.notes["outcome"] = word
            raise problem(self.name) from error
        attempt.notes["status"] = reply.status
        if reply.status >= 300 and reply.status not in judged.accept:
            status = statuses.StatusError(reply)
            raise statuses.problem(self.name, status) from status
        if judged.judge is not None:
            judged.judge(reply)
        return reply


def _traced(request: Request, span: Context | None) -> Request:
    if span is None:
        return request
    traceparent = f"00-{span.trace_id}-{span.span_id}-01".encode()
    return replace(request, headers=[*request.headers, (TRACEPARENT, traceparent)])
