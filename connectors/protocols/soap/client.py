"""A call to a SOAP backend: encode, send, look for a Fault, decode.

Faults are judged before the status: 500 is how SOAP 1.1 sends any refusal. Envelopes are never
logged, and no problem quotes one.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from lxml import etree

from connectors.protocols import statuses
from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.envelope import ReplyError, payload_of
from connectors.protocols.soap.faults import FaultRule, fault_in, problem_of
from connectors.protocols.soap.operation import Operation, Values, ValuesError
from connectors.protocols.soap.wsdl import Port
from runtime.calls.http import Reply
from runtime.problems import Misconfigured, Problem, Rejected, garbage

T = TypeVar("T")

MAY_HOLD_FAULTS = frozenset({*range(400, 500), 500}) - {401, 403, 407, 408, 429}
"""The other statuses mean what they say, whoever in front of the backend said it."""

OFF_LOOP_BYTES = 64 * 1024
"""Replies over this are decoded in a thread: zeep needs 17 ms for it, and seconds for 15 MB."""


class SoapBackend:
    """One port of a backend. Where it is and who we are is `http`'s to know, never the WSDL's."""

    def __init__(self, http: HttpBackend, port: Port, rules: Sequence[FaultRule] = ()) -> None:
        self._http = http
        self._port = port
        self._rules = rules

    async def call(
        self, operation: str, values: Values, *, repeatable: bool = False
    ) -> dict[str, Any]:
        """The content of the answer. `repeatable`: a second sending has no second effect.

        Raises the problem a fault stands for, Rejected (`does-not-fit`) for values the WSDL does
        not allow, garbage for what is no proper answer.
        """
        spoken = self._port.operation(operation)
        reply = await self._http.send(
            operation,
            "POST",
            "",
            content=self._encoded(spoken, values),
            headers=_headers(self._port.soap12, spoken.action),
            repeatable=repeatable,
            accept=MAY_HOLD_FAULTS,
            judge=partial(self._refuse_small, spoken),
        )
        if len(reply.body) > OFF_LOOP_BYTES:
            return await asyncio.to_thread(self._decoded, spoken, reply)
        return self._decoded(spoken, reply)

    def read(self, answer: Values, reader: Callable[[Values], T]) -> T:
        """What `reader` makes of an answer; garbage if it does not fit our words."""
        try:
            return reader(answer)
        except (ValueError, LookupError, TypeError, ArithmeticError) as error:
            raise garbage(self._http.name, "the answer does not fit our contract") from error

    def _encoded(self, operation: Operation, values: Values) -> bytes:
        try:
            return operation.encode(values)
        except ValuesError as error:
            detail = f"{self._http.name} cannot take this: {error}"
            raise Rejected(detail, kind="does-not-fit") from error

    def _decoded(self, operation: Operation, reply: Reply) -> dict[str, Any]:
        try:
            media = reply.header(b"content-type") or ""
            payload = payload_of(reply.body, media) if reply.body else None
            self._refuse_fault(operation, payload)
            if reply.status < 300:
                return operation.decode(payload)
        except ReplyError as error:
            if reply.status < 300:
                raise garbage(self._http.name, str(error)) from error
        status = statuses.StatusError(reply)
        raise self._by_status(status) from status

    def _refuse_small(self, operation: Operation, reply: Reply) -> None:
        """Raise what a refusal says while it may still be tried again; a huge one is read later."""
        if reply.status >= 300 and len(reply.body) <= OFF_LOOP_BYTES:
            self._decoded(operation, reply)

    def _refuse_fault(self, operation: Operation, payload: etree._Element | None) -> None:
        fault = fault_in(payload) if payload is not None else None
        if fault is not None:
            raise problem_of(self._http.name, operation.name, fault, self._rules)

    def _by_status(self, status: statuses.StatusError) -> Problem:
        if status.code >= 500:
            return statuses.problem(self._http.name, status)
        # 404 is no missing customer: SOAP has one address, and ours is wrong.
        return Misconfigured(f"{self._http.name}: {status} at the address we hold")


def _headers(soap12: bool, action: str) -> dict[str, str]:
    if soap12:
        media = "application/soap+xml"
        return {"content-type": f'{media}; charset=utf-8; action="{action}"', "accept": media}
    media = "text/xml"
    return {"content-type": f"{media}; charset=utf-8", "accept": media, "soapaction": f'"{action}"'}
