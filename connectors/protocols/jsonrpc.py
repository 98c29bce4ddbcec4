"""JSON-RPC 1.0 over HTTP: `{id, method, params}` out, `{id, result}` or `{id, error}` in.

Version 1.0 leaves the form of an error to the vendor, whose file gives it a meaning.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any

from connectors.protocols.http import HttpBackend
from runtime.problems import Misconfigured, Rejected


class RpcError(Exception):
    """The `error` member of an answer, as it came; the exception's own text says nothing of it."""

    def __init__(self, error: Any) -> None:
        super().__init__("answered with an error")
        self.error = error


class Unauthorized(Exception):
    """401: the call did not run, since nobody is logged in by these headers."""


class JsonRpc:
    def __init__(self, backend: HttpBackend, path: str) -> None:
        self._backend = backend
        self._path = path
        self._ids = count(1)

    async def call(
        self,
        method: str,
        params: Sequence[Any],
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Any:
        """The `result`. Raises RpcError, Unauthorized or, for an answer that is none, a Problem."""
        number = next(self._ids)
        try:
            reply = await self._backend.send(
                method,
                "POST",
                self._path,
                json={"id": number, "method": method, "params": params},
                headers=headers,
                repeatable=repeatable,
                accept=(401,),
            )
        except Rejected as error:
            # All calls share an address and an envelope: such a status is about these.
            raise Misconfigured(f"{self._backend.name} does not take JSON-RPC there") from error
        if reply.status == 401:
            raise Unauthorized
        return self._backend.read(reply, partial(_result, number))


def _result(number: int, document: dict[str, Any]) -> Any:
    if document["id"] != number:
        raise ValueError("the answer to another call")
    if (error := document.get("error")) is not None:
        raise RpcError(error)
    return document["result"]
