"""Calls of an XML-RPC server, through the policy every backend has."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.protocols.http import HttpBackend
from connectors.protocols.xmlrpc import reading, writing
from connectors.protocols.xmlrpc.reading import Fault
from runtime.calls.http import Reply
from runtime.problems import Misconfigured, Rejected, garbage

OFF_LOOP_BYTES = 100_000
"""A larger reply takes longer to read than anybody else should wait."""

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


class XmlRpc:
    """`nil`: whether the server knows that extension; without it None is refused."""

    def __init__(self, backend: HttpBackend, path: str, *, nil: bool = False) -> None:
        self._backend = backend
        self._path = path
        self._nil = nil

    async def call(
        self,
        method: str,
        params: Sequence[Any],
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Any:
        """What the method returns. Raises Fault for what the server says instead, a Problem for an
        answer that is none; TypeError and ValueError as `writing.request` does."""
        content = writing.request(method, params, nil=self._nil)
        try:
            reply = await self._backend.send(
                method,
                "POST",
                self._path,
                content=content,
                headers={"content-type": "text/xml; charset=utf-8", **(headers or {})},
                repeatable=repeatable,
                judge=self._judge,
            )
        except Rejected as error:
            # All calls share an address and an envelope: such a status is about these.
            raise Misconfigured(f"{self._backend.name} does not take XML-RPC there") from error
        answer = await self._answer(reply)
        if isinstance(answer, Fault):
            raise answer
        return answer

    def _judge(self, reply: Reply) -> None:
        """Garbage is a failed attempt, as long as it is quickly seen."""
        if len(reply.body) <= OFF_LOOP_BYTES:
            self._read(reply)

    async def _answer(self, reply: Reply) -> Any:
        if len(reply.body) > OFF_LOOP_BYTES:
            return await asyncio.to_thread(self._read, reply)
        return self._read(reply)

    def _read(self, reply: Reply) -> Any:
        try:
            return reading.answer(reply.body)
        except UNREADABLE as error:
            raise garbage(self._backend.name, "the answer cannot be understood") from error
