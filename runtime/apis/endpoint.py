"""One operation, served: who calls and whether they may, what they sent, the handler, its answer.

A route of our own inside FastAPI rather than FastAPI's: the contract already says what FastAPI would
read from a signature, and a hop between layers costs less than half (docs/adr/0003).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from starlette.types import Message, Receive, Scope, Send

from runtime.access.bearer import Access, authorize
from runtime.apis.parameters import Parameters
from runtime.apis.rendering import invalid
from runtime.apis.signatures import hints, resources
from runtime.caching import conditional
from runtime.caching.freshness import Freshness
from runtime.caching.read_cache import Key, ReadCache
from runtime.calls.http import Headers
from runtime.context import current
from runtime.contracts.contract import Operation
from runtime.problems import Rejected

Handler = Callable[..., Awaitable[Any]]
T = TypeVar("T")

NO_HEADERS: Headers = []
JSON = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A handler's answer with another of the contract's success statuses than the first."""

    body: T
    status: int


class Endpoint:
    def __init__(
        self, operation: Operation, handler: Handler, access: Access, cache: ReadCache | None = None
    ) -> None:
        self.operation = operation
        self._cache = cache
        self._freshness = Freshness.of(operation.document)
        self._handler = handler
        self._access = access
        self._parameters = Parameters(operation)
        typed = hints(handler)
        self._wanted = self._parameters.names & typed.keys()
        self._resources = resources(handler)
        self.body: TypeAdapter[Any] | None = TypeAdapter(typed["body"]) if "body" in typed else None
        self.answer: TypeAdapter[Any] | None = _answer_adapter(typed.get("return"))
        since = operation.deprecated_since
        self._headers = [(b"deprecation", since.encode())] if since else []

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, path: Mapping[str, str]
    ) -> None:
        """Nothing of the body is read before the caller is known and allowed."""
        scope["strata.operation"] = self.operation.id
        headers = dict(scope["headers"])
        identity = await self._access.identify(headers.get(b"authorization"))
        authorize(identity, self.operation.scopes)
        current().identity = identity
        values = self._parameters.read(scope, path)
        arguments = {name: values[name] for name in self._wanted}
        if self.body is not None:
            _require_json(headers.get(b"content-type", b""))
            arguments["body"] = _parsed(self.body, await _body(receive))
        for name in self._resources:
            arguments[name] = scope["app"].state.opened
        if self._cache is None:
            await self._send(*await self._produce(arguments), send)
        elif self._freshness is not None:
            await self._serve_kept(self._cache, self._freshness, scope, arguments, send)
        else:
            try:
                answer = await self._produce(arguments)
            finally:  # also when it failed: a time-out can hide a success
                if self.operation.method != "get":
                    self._cache.changed(scope["path"])
            await self._send(*answer, send)

    async def _serve_kept(
        self,
        cache: ReadCache,
        freshness: Freshness,
        scope: Scope,
        arguments: Mapping[str, Any],
        send: Send,
    ) -> None:
        headers, identity = dict(scope["headers"]), current().identity
        query = repr(sorted((n, v) for n, v in arguments.items() if n not in self._resources))
        key = Key(
            scope["path"],
            query,
            identity.tenant,
            identity.scopes,
            None if freshness.public else identity.subject,
        )
        found = await cache.find(
            key, freshness, lambda: self._produce(arguments), anew=conditional.wants_anew(headers)
        )
        told = conditional.headers(found, freshness)
        if conditional.holds(headers, found):
            await self._send(304, b"", send, told)
        else:
            await self._send(found.kept.status, found.kept.body, send, told)

    async def _produce(self, arguments: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and encoded body of what the handler answers."""
        answer = await self._handler(**arguments)
        status = self.operation.statuses[0]
        if isinstance(answer, Answer):
            status, answer = answer.status, answer.body
            if status not in self.operation.statuses:
                raise ValueError(f"{self.operation.id} has no response {status}")
        if self.answer is None:
            return status, b""
        # A value that is not what the handler declares is a defect, not an answer.
        body = self.answer.dump_json(answer, by_alias=True, exclude_none=True, warnings="error")
        return status, body

    async def _send(self, status: int, body: bytes, send: Send, more: Headers = NO_HEADERS) -> None:
        headers = [*self._headers, *more]
        if body:
            headers += [JSON, (b"content-length", b"%d" % len(body))]
        start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body})


def answered(kind: Any) -> Any:
    """The type of the body that a return annotation promises; None for no content."""
    kinds = get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)
    bodies = {get_args(k)[0] if get_origin(k) is Answer else k for k in kinds}
    body = bodies.pop() if len(bodies) == 1 else kind
    return None if body is type(None) else body


def _answer_adapter(kind: Any) -> TypeAdapter[Any] | None:
    promised = answered(kind)
    return None if promised is None else TypeAdapter(promised)


def _require_json(content_type: bytes) -> None:
    media = content_type.split(b";", 1)[0].strip().lower()
    if media != b"application/json":
        raise Rejected(
            "send application/json",
            kind="unsupported-media-type",
            title="The body is in a format that is not read here",
            status=415,
        )


async def _body(receive: Receive) -> bytes:
    parts = []
    while (message := await receive())["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
    raise Rejected("the caller hung up", kind="malformed", status=400)


def _parsed(body: TypeAdapter[Any], content: bytes) -> Any:
    try:
        return body.validate_json(content, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        raise invalid([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from error
