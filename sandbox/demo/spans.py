"""The platform's log lines of one call as the tree they describe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.demo.serving import Line

KINDS: dict[str, Literal["hop", "step", "backend"]] = {
    "request": "hop",
    "flow_step": "step",
    "backend_call": "backend",
}


@dataclass(frozen=True, slots=True)
class Span:
    kind: Literal["hop", "step", "backend"]
    who: str
    """The API, the flow or the backend."""
    did: str
    """The operation, in the contract's word or in the vendor's; or the step."""
    outcome: str
    undo: bool
    ms: float
    began: float
    """Seconds since the epoch."""
    calls: list["Span"] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.outcome == "ok" or self.outcome.startswith("2")

    def all(self) -> Iterator["Span"]:
        yield self
        for call in self.calls:
            yield from call.all()


def trees(lines: Sequence[Line]) -> list[Span]:
    """By parent and in the order they began; what has no parent here is a root."""
    spans = {line["span_id"]: _span(line) for line in lines if line["event"] in KINDS}
    roots: list[Span] = []
    for line in lines:
        if line["event"] in KINDS:
            span, parent = spans[line["span_id"]], spans.get(line["parent_span_id"])
            (roots if parent is None else parent.calls).append(span)
    for siblings in (roots, *(span.calls for span in spans.values())):
        siblings.sort(key=lambda span: span.began)
    return roots


def steps(roots: Sequence[Span], *, undo: bool) -> list[Span]:
    """The steps of the flow, or what undid them."""
    found = [span for root in roots for span in root.all() if span.kind == "step"]
    return sorted((span for span in found if span.undo == undo), key=lambda span: span.began)


def _span(line: Line) -> Span:
    ended = datetime.fromisoformat(line["at"]).timestamp()
    return Span(
        kind=KINDS[line["event"]],
        who=str(line.get("api") or line.get("backend") or line.get("flow")).removesuffix("/v1"),
        did=str(line.get("operation") or line.get("step")),
        outcome=str(line.get("status") or line.get("outcome")),
        undo=line.get("kind") == "undo",
        ms=float(line["ms"]),
        began=ended - float(line["ms"]) / 1000,
    )
