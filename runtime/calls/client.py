"""How one API calls another: a typed client per contract, the same in process and over the network."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel, ValidationError

from runtime.calls import ages
from runtime.calls.http import Headers, Lost, Reply, Request, Silent, TooLarge, Unreached
from runtime.context import IDEMPOTENCY_KEY, REPLAYED, Context, current
from runtime.problems import (
    Misconfigured,
    Problem,
    Unavailable,
    broken,
    garbage,
    is_document,
    silent,
)

M = TypeVar("M", bound=BaseModel)


class ApiClient:
    """Base of the generated clients. Stateless: whom and how it calls comes from the ambient context."""

    api: ClassVar[str]
    """The contract's name, e.g. `process/orders/v1`."""

    async def call(self, method: str, path: str, returns: type[M], **parts: Any) -> M:
        """Send one request and parse the answer; a problem is raised as the error it stands for."""
        reply = await self._exchange(method, path, **parts)
        try:
            return returns.model_validate_json(reply.body)
        except ValidationError as error:
            raise garbage(self.api, f"the answer is not a {returns.__name__}") from error

    async def tell(self, method: str, path: str, **parts: Any) -> None:
        """The same where success has no content."""
        await self._exchange(method, path, **parts)

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: BaseModel | None = None,
    ) -> Reply:
        context = current()
        if context.remaining() <= 0:
            raise silent(self.api, "the deadline passed before it could be called")
        request = Request(
            method,
            context.wiring.base_url(self.api) + path + _query(query),
            self._headers(context, headers, body),
            body.model_dump_json(by_alias=True, exclude_none=True).encode() if body else b"",
        )
        reply = await self._send(context, request)
        if REPLAYED in reply.headers and _same_key(context, request):
            context.replayed = True
        if reply.status >= 300:
            raise self._problem(reply)
        ages.note(reply.headers)
        return reply

    async def _send(self, context: Context, request: Request) -> Reply:
        sender = context.wiring.sender(self.api)
        try:
            return await sender(request, timeout=context.remaining())
        except Unreached as error:
            raise Unavailable(f"{self.api} cannot be reached", retry_after=1) from error
        except Silent as error:
            raise silent(self.api) from error
        except Lost as error:
            raise broken(self.api) from error
        except TooLarge as error:
            raise garbage(self.api, "the answer is too large") from error

    def _headers(
        self, context: Context, extra: Mapping[str, str | None] | None, body: BaseModel | None
    ) -> Headers:
        headers = context.headers()
        if extra:
            given = [(k.lower().encode(), v.encode()) for k, v in extra.items() if v is not None]
            named = {name for name, _ in given}
            headers = [pair for pair in headers if pair[0] not in named] + given
        token = context.wiring.token(context.identity, self.api)
        headers.append((b"authorization", b"Bearer " + token.encode()))
        if body is not None:
            headers.append((b"content-type", b"application/json"))
        return headers

    def _problem(self, reply: Reply) -> Problem:
        try:
            document = orjson.loads(reply.body)
        except ValueError:
            document = None
        if not is_document(document) or document["status"] != reply.status:
            return garbage(self.api, f"status {reply.status} without a problem document")
        problem = Problem.from_document(document)
        if problem.code in {401, 403}:
            # Our own credentials were refused, which the one who called us cannot mend.
            return Misconfigured(f"{self.api} refused this API: {problem}")
        problem.document.pop("requestId", None)
        return problem


def _same_key(context: Context, request: Request) -> bool:
    """Whether the peer was given the key of the call being served, so that its answer is ours."""
    key = context.idempotency_key
    return key is not None and (IDEMPOTENCY_KEY, key.encode()) in request.headers


def _query(values: Mapping[str, Any] | None) -> str:
    if not values:
        return ""
    given = {name: value for name, value in values.items() if value is not None}
    return "?" + urlencode(given, doseq=True) if given else ""
