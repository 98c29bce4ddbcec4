"""A call to a SOAP backend: encode, protect, send, look for a Fault, verify, decode.

Faults are judged before the status: 500 is how SOAP 1.1 sends any refusal. Envelopes are never
logged, only their skeletons, and no problem quotes one.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar

import structlog

from connectors.protocols import statuses
from connectors.protocols.composing import encoded
from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.addressing import Addressing
from connectors.protocols.soap.attachments import received
from connectors.protocols.soap.envelope import Message, ReplyError
from connectors.protocols.soap.faults import FaultRule, fault_in, problem_of
from connectors.protocols.soap.operation import Operation, Values, ValuesError
from connectors.protocols.soap.protection import Protection, Request, bare
from connectors.protocols.soap.security import Security
from connectors.protocols.soap.skeleton import skeleton
from connectors.protocols.soap.wsdl import Port
from runtime import observability
from runtime.calls.http import Headers, Reply
from runtime.problems import Misconfigured, Problem, Rejected, garbage

T = TypeVar("T")

log = structlog.get_logger()

MAY_HOLD_FAULTS = frozenset({*range(400, 500), 500}) - {401, 403, 407, 408, 429}
"""The other statuses mean what they say, whoever in front of the backend said it."""

OFF_LOOP_BYTES = 64 * 1024
"""Replies over this are decoded in a thread, so that nobody else waits for it."""

_readers = ThreadPoolExecutor(1, "soap-reader")
# More of them only take the GIL from each other: with two a reply of 149 KB costs a tenth more, with
# asyncio's own six half as much again.


class Answer(dict[str, Any]):
    """The content of an answer, and what came with it."""

    def __init__(
        self,
        content: Mapping[str, Any],
        headers: Mapping[str, Any],
        attachments: Mapping[str, bytes],
    ) -> None:
        super().__init__(content)
        self.headers = headers
        """The declared headers by the element's name; only signed ones, where replies have to be."""
        self.attachments = attachments
        """The parts that no xop:Include stood for, by Content-ID without its brackets."""


@dataclass(slots=True)
class _Asked:
    operation: Operation
    request: Request
    """As it was sent last."""


class SoapBackend:
    """One port of a backend. Where it is and who we are is `http`'s to know, never the WSDL's."""

    def __init__(
        self,
        http: HttpBackend,
        port: Port,
        rules: Sequence[FaultRule] = (),
        *,
        security: Security | None = None,
        addressing: Addressing | None = None,
    ) -> None:
        self._http = http
        self._port = port
        self._rules = rules
        self._protection = Protection(security, addressing)

    async def call(
        self,
        operation: str,
        values: Values,
        *,
        headers: Values | None = None,
        repeatable: bool = False,
        read: bool = False,
    ) -> Answer:
        """The content of the answer. `repeatable`: a second sending has no second effect; `read`: it
        has none at all.

        Raises the problem a fault stands for, Rejected (`does-not-fit`) for values the WSDL does
        not allow, garbage for what is no proper answer or is not protected as it has to be.
        """
        spoken = self._port.operation(operation)
        content = self._encoded(spoken, values, headers or {})
        asked = _Asked(spoken, Request(content))

        def protected() -> bytes:
            asked.request = self._protected(spoken, content)
            return asked.request.content

        # A nonce or a signature that was seen before is refused, and blamed on our password: it is
        # made anew for each attempt, and two are never under way at a time.
        once = self._protection.once
        reply = await self._http.send(
            operation,
            "POST",
            "",
            content=protected if once else protected(),
            headers=_headers(self._port.soap12, spoken.action),
            repeatable=repeatable,
            read=read and not once,
            accept=MAY_HOLD_FAULTS,
            judge=partial(self._refuse_small, asked),
        )
        try:
            if len(reply.body) <= OFF_LOOP_BYTES:
                return self._read(asked, reply)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                _readers, copy_context().run, self._read, asked, reply
            )
        except ReplyError as error:
            self._http.spoilt()
            raise garbage(self._http.name, str(error)) from error

    def read(self, answer: Values, reader: Callable[[Values], T]) -> T:
        """What `reader` makes of an answer; garbage if it does not fit our words."""
        try:
            return reader(answer)
        except (ValueError, LookupError, TypeError, ArithmeticError) as error:
            self._http.spoilt()
            raise garbage(self._http.name, "the answer does not fit our contract") from error

    def _encoded(self, operation: Operation, values: Values, headers: Values) -> bytes:
        try:
            return operation.encode(values, headers)
        except ValuesError as error:
            detail = f"{self._http.name} cannot take this: {error}"
            raise Rejected(detail, kind="does-not-fit") from error

    def _protected(self, operation: Operation, content: bytes) -> Request:
        request = self._protection.request(content, operation.name, operation.action)
        if observability.tells("debug"):
            who = {"backend": self._http.name, "operation": operation.name}
            log.debug("soap_request", **who, skeleton=skeleton(request.content))
        return request

    def _read(self, asked: _Asked, reply: Reply) -> Answer:
        """Raises ReplyError for a success that is no proper answer."""
        try:
            media = reply.header(b"content-type") or ""
            message = received(reply.body, media) if reply.body else None
            if message is not None:
                message = self._believed(asked, message)
            if reply.status < 300:
                return self._answer(asked.operation, message)
        except ReplyError:
            if reply.status < 300:
                raise
        status = statuses.StatusError(reply)
        raise self._by_status(status) from status

    def _believed(self, asked: _Asked, message: Message) -> Message:
        """The message as far as it is vouched for. Raises the problem a fault stands for."""
        try:
            believed = self._protection.demand(
                message, asked.request, asked.operation.reply_headers
            )
        except ReplyError:
            # Whoever made it may say that the call failed, but not in the vendor's name why.
            self._refuse_fault(asked.operation, message, ())
            raise
        self._refuse_fault(asked.operation, believed, self._rules)
        return believed

    def _answer(self, operation: Operation, message: Message | None) -> Answer:
        if message is None:
            return Answer(operation.decode(None), {}, {})
        content = operation.decode(message.payload(encoded=operation.encoded), message.size)
        if message.header is None:
            return Answer(content, {}, message.attachments)
        headers = operation.decode_headers(bare(message.header))
        return Answer(content, headers, message.attachments)

    def _refuse_small(self, asked: _Asked, reply: Reply) -> None:
        """Raise what a refusal says while it may still be tried again; a huge one is read later."""
        if reply.status >= 300 and len(reply.body) <= OFF_LOOP_BYTES:
            self._read(asked, reply)

    def _refuse_fault(
        self, operation: Operation, message: Message, rules: Sequence[FaultRule]
    ) -> None:
        payload = message.payload(encoded=operation.encoded)
        fault = fault_in(payload) if payload is not None else None
        if fault is not None:
            raise problem_of(self._http.name, operation.name, fault, rules)

    def _by_status(self, status: statuses.StatusError) -> Problem:
        if status.code >= 500:
            return statuses.problem(self._http.name, status)
        # 404 is no missing customer: SOAP has one address, and ours is wrong.
        return Misconfigured(f"{self._http.name}: {status} at the address we hold")


@lru_cache(maxsize=1024)
def _headers(soap12: bool, action: str) -> Headers:
    media = "application/soap+xml" if soap12 else "text/xml"
    accept = f"{media}, multipart/related"
    if soap12:
        told = {"content-type": f'{media}; charset=utf-8; action="{action}"'}
    else:
        told = {"content-type": f"{media}; charset=utf-8", "soapaction": f'"{action}"'}
    return encoded({**told, "accept": accept})
