"""What a chapter has to work with, and what it comes back with."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from sandbox.demo.books import Backends, Holdings
from sandbox.demo.child import DemoError
from sandbox.demo.promises import Promise
from sandbox.demo.serving import Platform
from sandbox.demo.shop import Answer, Cart, Visit
from sandbox.demo.spans import Span, trees

NOTE = "yellow"
"""The style of what a reader should not miss."""

PATIENCE = 30.0
"""Seconds until something has to have happened."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the story."""

    label: str
    text: str
    style: str = ""


@dataclass
class Outcome:
    answer: Answer | None
    """None: the chapter broke off."""
    holdings: Holdings
    promises: list[Promise]
    order_id: str = ""
    spans: list[Span] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def as_told(self) -> bool:
        return all(promise.kept for promise in self.promises)


@dataclass(frozen=True)
class Scene:
    backends: Backends
    platform: Platform
    say: Callable[[str], None]
    """Shows what is going on right now."""

    def visit(self, cart: Cart) -> Visit:
        return Visit(self.platform.url, cart)

    def free(self, cart: Cart) -> dict[str, int]:
        return {sku: self.backends.free(sku) for sku in cart.lines}

    def order_id(self, visit: Visit) -> str:
        """Known from the first step on."""
        until(lambda: self.platform.lines(trace_id=visit.trace, event="flow_step"), "an order")
        return str(self.platform.lines(trace_id=visit.trace, event="flow_step")[0]["run"])

    def spans(self, visit: Visit) -> list[Span]:
        """All it set going; its own line is the last to be written."""
        door = {"trace_id": visit.trace, "event": "request", "api": "experience/web/v1"}
        until(lambda: self.platform.lines(**door), "the log of the call")
        return trees(self.platform.lines(trace_id=visit.trace))


class Underway:
    """A checkout somebody is waiting for while we do something else."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._answers: list[Answer] = []
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def answer(self) -> Answer | None:
        """None when the line went dead."""
        self._thread.join(PATIENCE)
        return self._answers[0] if self._answers else None

    def _ask(self) -> None:
        try:
            self._answers.append(self._visit.checkout())
        except httpx.TransportError:
            return


def until(happened: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise DemoError(f"{what}: not seen within {PATIENCE:.0f} s")
        time.sleep(0.02)


def summary(spans: Sequence[Span]) -> str:
    """Steps on one line, with their time in ms."""
    return " · ".join(f"{span.did}{'' if span.good else ' ✗'} {span.ms:.0f}" for span in spans)
