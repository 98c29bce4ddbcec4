"""One operation, served: who calls and whether they may, what they sent, the handler, its answer.

A route of our own inside FastAPI rather than FastAPI's: the contract already says what FastAPI would
read from a signature, and a hop between layers costs less than half (docs/adr/0003).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import TypeAdapter
from starlette.types import Message, Receive, Scope, Send

from runtime.access.bearer import Access, authorize
from runtime.apis import bodies
from runtime.apis.items import ItemByItem
from runtime.apis.media import XML, XmlBodies, media_type, wants_xml
from runtime.apis.parameters import Parameters
from runtime.apis.received import received
from runtime.apis.rendering import AS_XML
from runtime.apis.selection import NAME as FIELDS
from runtime.apis.selection import selectable, selected
from runtime.apis.signatures import hints, resources
from runtime.apis.streams import Stream, stream
from runtime.caching import conditional
from runtime.caching.freshness import Freshness
from runtime.caching.read_cache import Key, ReadCache
from runtime.calls.http import Headers
from runtime.context import REPLAYED, current
from runtime.contracts.contract import JSON, Operation
from runtime.metering.meter import Meter
from runtime.problems import Rejected

Handler = Callable[..., Awaitable[Any]]
T = TypeVar("T")

NO_HEADERS: Headers = []
LOCATION = "Location"
JSON_BODY = (b"content-type", JSON.encode())
XML_BODY = (b"content-type", XML.encode())


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A handler's answer with another of the contract's success statuses than the first, or that says
    where to look for what it is about."""

    body: T
    status: int
    location: str | None = None
    """Where what was asked for is to be found, when it is not at the request's own URL."""


class Endpoint:
    def __init__(
        self,
        operation: Operation,
        handler: Handler,
        access: Access,
        *,
        cache: ReadCache | None,
        xml: XmlBodies | None,
        meter: Meter | None,
    ) -> None:
        self.operation = operation
        self._meter = meter if operation.metered else None
        self._xml = xml
        self._cache = cache
        self._freshness = Freshness.of(operation.document)
        self._handler = handler
        self._access = access
        self._parameters = Parameters(operation)
        typed = hints(handler)
        self._wanted = self._parameters.names & typed.keys()
        self._resources = resources(handler)
        self._choice = selectable(operation)
        self.body: TypeAdapter[Any] | None = TypeAdapter(typed["body"]) if "body" in typed else None
        self.answer: TypeAdapter[Any] | None = _answer_adapter(typed.get("return"))
        member = operation.item_by_item
        self._items = ItemByItem(typed["body"], member) if member else None
        since = operation.deprecated_since
        self._headers = [(b"deprecation", since.encode())] if since else []
        if xml is not None:
            self._headers.append((b"vary", b"accept"))

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, path: Mapping[str, str]
    ) -> None:
        """Nothing of the body is read before the caller is known and allowed, unless it is known by it."""
        scope["strata.operation"] = self.operation.id
        headers = dict(scope["headers"])
        as_xml = scope[AS_XML] = self._xml is not None and wants_xml(headers.get(b"accept"))
        content = await self._admit(headers, receive)
        values = self._parameters.read(scope, path)
        arguments = {name: values[name] for name in self._wanted}
        if self.operation.verified_by:
            arguments["message"] = received(headers, await bodies.read(receive))
        if self.body is not None:
            sent = self._sent(headers.get(b"content-type", b""))
            content = await bodies.read(receive) if content is None else content
            arguments |= self._read(self.body, sent(content))
        for name, held in self._resources.items():
            arguments[name] = getattr(scope["app"].state, held)
        if self.operation.streams:
            await self._stream(arguments, receive, send)
            return
        status, answer, more = await self._answered(scope, arguments)
        if self._choice:
            answer = selected(answer, self._choice, values[FIELDS])
        if as_xml and self._xml is not None:
            answer = self._xml.as_xml(status, answer)
        await self._send(status, answer, send, more, as_xml)

    async def _admit(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
        """The body, if the caller is known by having signed it. Raises Rejected."""
        sender, content = self.operation.signed_by, None
        if sender is not None:
            content = await bodies.read(receive)
            current().identity = self._access.sender(sender, headers, content)
        elif not self.operation.verified_by:
            identity = await self._access.identify(headers.get(b"authorization"))
            authorize(identity, self.operation.scopes)
            current().identity = identity
        if self._meter is not None:
            standing = await self._meter.count(current().identity, self.operation.id)
            current().quotas = standing.fields()
            standing.require()
        return content

    def _sent(self, content_type: bytes) -> Callable[[bytes], bytes]:
        """How a body of that type becomes JSON. Raises Rejected (415)."""
        named = media_type(content_type)
        if named == JSON:
            return bytes
        if named == XML and self._xml is not None:
            return self._xml.as_json
        raise Rejected(
            f"send {JSON}" if self._xml is None else f"send {JSON} or {XML}",
            kind="unsupported-media-type",
            title="The body is in a format that is not read here",
            status=415,
        )

    def _read(self, body: TypeAdapter[Any], content: bytes) -> dict[str, Any]:
        if self._items is None:
            return {"body": bodies.parsed(body, content)}
        good, refused = self._items.parsed(content)
        return {"body": good, "refused": refused}

    async def _answered(
        self, scope: Scope, arguments: Mapping[str, Any]
    ) -> tuple[int, bytes, Headers]:
        """Made by the handler, or kept since."""
        if self._cache is not None and self._freshness is not None:
            return await self._kept(self._cache, self._freshness, scope, arguments)
        try:
            answer = await self._handler(**arguments)
            return *self._encoded(answer), self._where(answer)
        finally:  # also when it failed: a time-out can hide a success
            if self._cache is not None and self.operation.method != "get":
                self._cache.changed(scope["path"])

    async def _kept(
        self, cache: ReadCache, freshness: Freshness, scope: Scope, arguments: Mapping[str, Any]
    ) -> tuple[int, bytes, Headers]:
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
            return 304, b"", told
        return found.kept.status, found.kept.body, told

    async def _stream(self, arguments: Mapping[str, Any], receive: Receive, send: Send) -> None:
        answer = await self._handler(**arguments)
        if not isinstance(answer, Stream) or self.answer is None:
            raise TypeError(f"{self.operation.id} answers with events, the handler does not")
        await stream(answer, self.answer, [*self._headers, *current().quotas], receive, send)

    async def _produce(self, arguments: Mapping[str, Any]) -> tuple[int, bytes]:
        return self._encoded(await self._handler(**arguments))

    def _where(self, answer: Any) -> Headers:
        """The Location of an answer, on a status the contract declares with one."""
        if not isinstance(answer, Answer) or answer.location is None:
            return NO_HEADERS
        if LOCATION not in self.operation.headers(answer.status):
            raise ValueError(f"{self.operation.id} has no {LOCATION} on {answer.status}")
        return [(LOCATION.lower().encode(), answer.location.encode())]

    def _encoded(self, answer: Any) -> tuple[int, bytes]:
        """Status and encoded body of what the handler answers."""
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

    async def _send(
        self, status: int, body: bytes, send: Send, more: Headers, as_xml: bool
    ) -> None:
        headers = [*self._headers, *current().quotas, *more]
        if current().replayed:
            headers.append(REPLAYED)
        if body:
            headers += [XML_BODY if as_xml else JSON_BODY, (b"content-length", b"%d" % len(body))]
        start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body})


def answered(kind: Any) -> Any:
    """The type of the body that a return annotation promises; None for no content."""
    kinds = get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)
    promised = {get_args(k)[0] if get_origin(k) in {Answer, Stream} else k for k in kinds}
    body = promised.pop() if len(promised) == 1 else kind
    return None if body is type(None) else body


def _answer_adapter(kind: Any) -> TypeAdapter[Any] | None:
    promised = answered(kind)
    return None if promised is None else TypeAdapter(promised)
