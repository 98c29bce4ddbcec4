"""The story for machines, and its totals."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.demo.chapters import Chapter
from sandbox.demo.scene import Outcome


@dataclass(frozen=True, slots=True)
class Totals:
    chapters: int
    as_told: int
    orders: int
    hops: int
    backend_calls: int
    seconds: float

    @property
    def good(self) -> bool:
        return self.as_told == self.chapters

    def line(self) -> str:
        return (
            f"{self.as_told} of {self.chapters} as told · {self.orders} orders · {self.hops} hops"
            f" · {self.backend_calls} backend calls · {self.seconds:.1f} s"
        )


def totals(outcomes: Sequence[Outcome], seconds: float) -> Totals:
    spans = [span for it in outcomes for root in it.spans for span in root.all()]
    return Totals(
        len(outcomes),
        sum(it.as_told for it in outcomes),
        len({it.order_id for it in outcomes} - {""}),
        sum(span.kind == "hop" for span in spans),
        sum(span.kind == "backend" for span in spans),
        round(seconds, 1),
    )


def document(
    chapters: Sequence[Chapter], outcomes: Sequence[Outcome], counted: Totals, urls: dict[str, str]
) -> dict[str, Any]:
    return {
        "as_told": counted.good,
        "totals": asdict(counted),
        "urls": urls,
        "chapters": [
            {"title": chapter.title, "as_told": outcome.as_told, **asdict(outcome)}
            for chapter, outcome in zip(chapters, outcomes, strict=True)
        ],
    }
