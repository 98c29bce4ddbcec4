"""A bulk as its callers see it, out of the journal of its flow."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from contracts.models.process.orders.v1 import Bulk, BulkLine, BulkLines, BulkOutcome
from process_apis.orders.bulk_lines import LineAnswer, refusals
from process_apis.orders.place_bulk import place_bulk
from runtime.apis.rendering import invalid
from runtime.flows.run import Run

STATUS: dict[str, Literal["running", "completed", "attention"]] = {
    "running": "running",
    "completed": "completed",
    "stuck": "attention",
}


def bulk_view(run: Run) -> Bulk:
    lines = list(_lines(run))
    counts = Counter(line.outcome for line in lines)
    return Bulk(
        id=run.id,
        status=STATUS[run.status],
        total=len(lines),
        done=len(lines) - counts["running"],
        placed=counts["placed"],
        failed=counts["failed"],
        attention=counts["attention"],
        running=counts["running"],
        created_at=run.created_at,
    )


def bulk_lines(
    run: Run, outcome: BulkOutcome | None, *, limit: int, cursor: str | None
) -> BulkLines:
    """Raises Rejected (400) for a cursor that is not of this list."""
    after = _place(cursor) if cursor is not None else -1
    found = [
        line
        for line in _lines(run)
        if line.place > after and (outcome is None or line.outcome == outcome)
    ]
    more = str(found[limit - 1].place) if len(found) > limit else None
    return BulkLines(items=found[:limit], next_cursor=more)


def _lines(run: Run) -> Iterator[BulkLine]:
    bulk = place_bulk.payload_of(run)
    answers = refusals(bulk)
    steps = {step.name: step for step in run.steps if step.kind == "do"}
    for place, line in enumerate(bulk.lines):
        step = steps.get(f"line_{place}")
        if step is not None and step.outcome == "ok":
            answers[place] = LineAnswer.model_validate(step.detail)
        answer = answers.get(place) or LineAnswer(outcome="attention" if step else "running")
        yield BulkLine(place=place, reference=line.reference, **dict(answer))


def _place(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 5):
        wrong = "this is no nextCursor of this list"
        raise invalid([{"type": "value_error", "loc": ("query", "cursor"), "msg": wrong}])
    return int(cursor)
