"""JSON-RPC over HTTP: `{id, method, params}` out, `{id, result}` or `{id, error}` in.

Version 1.0 leaves the form of an error to the vendor, whose file gives it a meaning. Version 2.0
(https://www.jsonrpc.org/specification) gives it a code, and says in which version it speaks.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, Literal

import orjson

from connectors.protocols import statuses
from connectors.protocols.http import HttpBackend
from runtime.calls.http import Reply
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable

Reader = Callable[[int, dict[str, Any]], Any]


class RpcError(Exception):
    """The `error` member of an answer, as it came; the exception's own text says nothing of it."""

    def __init__(self, error: Any) -> None:
        super().__init__("answered with an error")
        self.error = error


class CodedError(RpcError):
    """An error of version 2.0. What a code means is the vendor's to say; see RESERVED."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error)
        self.code = _whole(error["code"])
        self.message = str(error["message"])
        self.data = error.get("data")


class Unauthorized(Exception):
    """401: the call did not run, since nobody is logged in by these headers."""


def _not_understood(who: str) -> Problem:
    return Misconfigured(f"{who} does not take this kind of JSON-RPC")


def _failed(who: str) -> Problem:
    return Unavailable(f"{who} failed", kind="backend-error", title="A system failed", status=502)


RESERVED: Mapping[int, Callable[[str], Problem]] = {
    -32700: _not_understood,  # no JSON
    -32600: _not_understood,  # no request
    -32601: _not_understood,  # no such method
    -32603: _failed,
}
"""Codes of version 2.0 that mean the same everywhere. Bad parameters (-32602) are the vendor's case."""

MAY_HOLD_ERRORS = (400, 404, 500)
"""Statuses some servers send with an error object of version 2.0, others with a page."""


class JsonRpc:
    def __init__(
        self, backend: HttpBackend, path: str, *, version: Literal["1.0", "2.0"] = "1.0"
    ) -> None:
        self._backend = backend
        self._path = path
        self._coded = version == "2.0"
        self._ids = count(1)

    async def call(
        self,
        method: str,
        params: Sequence[Any] | Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Any:
        """The `result`. Raises RpcError, Unauthorized or, for an answer that is none, a Problem."""
        number = next(self._ids)
        envelope = {"id": number, "method": method, "params": params}
        try:
            reply = await self._backend.send(
                method,
                "POST",
                self._path,
                json={"jsonrpc": "2.0", **envelope} if self._coded else envelope,
                headers=headers,
                repeatable=repeatable,
                accept=(401, *MAY_HOLD_ERRORS) if self._coded else (401,),
                judge=self._judge if self._coded else None,
            )
        except Rejected as error:
            # All calls share an address and an envelope: such a status is about these.
            raise Misconfigured(f"{self._backend.name} does not take JSON-RPC there") from error
        if reply.status == 401:
            raise Unauthorized
        reader = _coded_result if self._coded else _result
        return self._backend.read(reply, partial(reader, number))

    def _judge(self, reply: Reply) -> None:
        """What needs no vendor to be understood, so that what may pass is tried again."""
        error = _error_in(reply.body)
        if error is None and reply.status in MAY_HOLD_ERRORS:
            status = statuses.StatusError(reply)
            raise statuses.problem(self._backend.name, status) from status
        if error is not None and error.code in RESERVED:
            raise RESERVED[error.code](self._backend.name) from error


def _result(number: int, document: dict[str, Any]) -> Any:
    if document["id"] != number:
        raise ValueError("the answer to another call")
    if (error := document.get("error")) is not None:
        raise RpcError(error)
    return document["result"]


def _coded_result(number: int, document: dict[str, Any]) -> Any:
    if document["jsonrpc"] != "2.0" or ("result" in document) == ("error" in document):
        raise ValueError("not an answer of JSON-RPC 2.0")
    if document["id"] != number:
        raise ValueError("the answer to another call")
    if "error" in document:
        raise CodedError(document["error"])
    return document["result"]


def _error_in(body: bytes) -> CodedError | None:
    """Its id may be null: it need not have understood which call it refuses."""
    try:
        document = orjson.loads(body)
        return CodedError(document["error"]) if document["jsonrpc"] == "2.0" else None
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _whole(code: Any) -> int:
    if type(code) is not int:
        raise ValueError("an error code is a whole number")
    return code
