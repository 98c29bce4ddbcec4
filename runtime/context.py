"""What travels with a call through every layer: who, which trace, how long still, which key.

The ambient Context is set by the gate of each API and by the flow engine, and read by callers,
connectors and the log. It crosses a hop as headers: traceparent (W3C Trace Context), x-request-id,
x-request-timeout-ms (milliseconds that remain), idempotency-key.
"""

import random
from asyncio import get_running_loop
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from runtime.calls.http import Headers, Sender

TRACEPARENT = b"traceparent"
REQUEST_ID = b"x-request-id"
TIMEOUT_MS = b"x-request-timeout-ms"
IDEMPOTENCY_KEY = b"idempotency-key"
REPLAYED = (b"idempotency-replayed", b"true")
"""Of an answer: it is the one given before under this key, and nothing was done for it."""

HOP_MARGIN = 0.01
"""Seconds kept back at each hop, so that the inner deadline fires first and its answer still arrives."""


@dataclass(frozen=True, slots=True)
class Identity:
    """On whose behalf a call is made. `subject` is the token's `sub`."""

    subject: str
    scopes: frozenset[str] = frozenset()
    client: str = ""
    tenant: str = ""
    """Whose data it is, where an issuer says so (claim `tenant`); nothing kept is shared beyond."""

    def may_act_for(self, subject: str) -> bool:
        """Whether this caller may see and change what belongs to `subject`."""
        return self.subject == subject or "any-subject" in self.scopes


NOBODY = Identity("")


class Wiring(Protocol):
    """How an API reaches its peers: by a call in this process or over the network."""

    def sender(self, api: str) -> Sender: ...
    def base_url(self, api: str) -> str: ...
    def token(self, identity: Identity, api: str) -> str: ...


@dataclass(slots=True)
class Context:
    """Not changed after the call is admitted; `replace` makes the variants that steps and calls need.
    Not frozen either: every hop makes one, and freezing triples what that costs."""

    api: str
    wiring: Wiring
    request_id: str
    trace_id: str
    deadline: float
    """On the event loop's clock, in seconds."""
    span_id: str = field(default_factory=lambda: new_id(64))
    parent_span_id: str = ""
    identity: Identity = NOBODY
    """Set once, when the caller's token has been verified."""
    idempotency_key: str | None = None
    replayed: bool = False
    """Set once, when the answer to this call turns out to be one given before under its key."""
    quotas: tuple[tuple[bytes, bytes], ...] = ()
    """Set once, when this call has been counted: what its caller has left, for any answer to it."""

    def remaining(self) -> float:
        """Seconds until the deadline; negative once it has passed."""
        return self.deadline - get_running_loop().time()

    def child_span(self) -> "Context":
        return replace(self, span_id=new_id(64), parent_span_id=self.span_id)

    def log_fields(self) -> dict[str, Any]:
        """The ids a line is found by. The key of a flow's calls is `<run id>:<step>`."""
        fields = {
            "request_id": self.request_id,
            "trace_id": self.trace_id,
            "span_id": self.span_id,
            "parent_span_id": self.parent_span_id,
        }
        if self.idempotency_key is not None:
            fields["idempotency_key"] = self.idempotency_key
        return fields

    def headers(self) -> Headers:
        """What the next hop needs to know, without the token."""
        timeout_ms = max(0, int((self.remaining() - HOP_MARGIN) * 1000))
        headers = [
            (TRACEPARENT, f"00-{self.trace_id}-{self.span_id}-01".encode()),
            (REQUEST_ID, self.request_id.encode()),
            (TIMEOUT_MS, b"%d" % timeout_ms),
        ]
        if self.idempotency_key is not None:
            headers.append((IDEMPOTENCY_KEY, self.idempotency_key.encode()))
        return headers


_current: ContextVar[Context] = ContextVar("strata_context")


def current() -> Context:
    """The context of the call being served. LookupError outside of one is a programming error."""
    return _current.get()


def ambient() -> Context | None:
    return _current.get(None)


class entered:  # noqa: N801 - used as `with entered(context):`
    """Makes a context the ambient one. A class, as every hop enters one and a generator costs more."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> Context:
        self._token = _current.set(self._context)
        return self._context

    def __exit__(self, *_error: object) -> None:
        _current.reset(self._token)


@contextmanager
def sooner(share: float) -> Iterator[Context]:
    """Calls made inside may use this share (0 to 1) of the time that remains."""
    context = current()
    deadline = context.deadline - max(0.0, context.remaining()) * (1 - share)
    with entered(replace(context, deadline=deadline)) as limited:
        yield limited


def new_id(bits: int) -> str:
    """A random hexadecimal id. Ids are names, not secrets, so the fast generator will do."""
    return (random.getrandbits(bits) or 1).to_bytes(bits // 8).hex()
