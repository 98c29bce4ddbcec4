"""A bulk as its callers see it, out of the journal of its flow."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from contracts.models.process.orders.v1 import Bulk, BulkLine, BulkLines, BulkOutcome, NewBulkLine
from process_apis.orders.bulk_lines import LineAnswer, refusals
from process_apis.orders.place_bulk import place_bulk
from runtime.apis.rendering import invalid
from runtime.flows.run import Run

STATUS: dict[str, Literal["running", "completed", "attention"]] = {
    "running": "running",
    "completed": "completed",
    "stuck": "attention",
}

RUNNING, STUCK = LineAnswer(outcome="running"), LineAnswer(outcome="attention")


def bulk_view(run: Run) -> Bulk:
    counts = Counter(answer.outcome for _, _, answer in _answers(run))
    return Bulk(
        id=run.id,
        status=STATUS[run.status],
        total=counts.total(),
        done=counts.total() - counts["running"],
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
        it
        for it in _answers(run)
        if it[0] > after and (outcome is None or it[2].outcome == outcome)
    ]
    items = [
        BulkLine(place=place, reference=line.reference, **dict(answer))
        for place, line, answer in found[:limit]
    ]
    return BulkLines(items=items, next_cursor=str(items[-1].place) if len(found) > limit else None)


def _answers(run: Run) -> Iterator[tuple[int, NewBulkLine, LineAnswer]]:
    """Every line with its place, and what has become of it so far."""
    bulk = place_bulk.payload_of(run)
    known = refusals(bulk)
    steps = {step.name: step for step in run.steps if step.kind == "do"}
    for place, line in enumerate(bulk.lines):
        step = steps.get(f"line_{place}")
        if step is None:
            yield place, line, known.get(place, RUNNING)
        else:
            yield (
                place,
                line,
                LineAnswer.model_validate(step.detail) if step.outcome == "ok" else STUCK,
            )


def _place(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 5):
        wrong = "this is no nextCursor of this list"
        raise invalid([{"type": "value_error", "loc": ("query", "cursor"), "msg": wrong}])
    return int(cursor)
