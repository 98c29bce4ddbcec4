"""Rows of the journal as the runs others see."""

from collections.abc import Iterable
from datetime import datetime

import orjson

from runtime.flows.rows import RunRow, StepRow
from runtime.flows.run import Order, Run, StepRecord


def view(row: RunRow, steps: Iterable[StepRow], orders: Iterable[Order]) -> Run:
    """It was updated when the last of its steps was, lest each step rewrites the run's own row."""
    records = tuple(_record(step) for step in steps)
    moments = [datetime.fromisoformat(row.updated_at), *(record.at for record in records)]
    return Run(
        id=row.id,
        flow=row.flow,
        owner=row.owner,
        status=row.status,
        payload=orjson.loads(row.payload),
        result=orjson.loads(row.result) if row.result is not None else None,
        problem=orjson.loads(row.problem) if row.problem is not None else None,
        created_at=datetime.fromisoformat(row.created_at),
        updated_at=max(moments),
        steps=records,
        orders=tuple(orders),
    )


def _record(row: StepRow) -> StepRecord:
    return StepRecord(
        name=row.name,
        kind=row.kind,
        outcome=row.outcome,
        detail=orjson.loads(row.detail),
        at=datetime.fromisoformat(row.at),
        attempts=row.attempts,
        skippable=bool(row.skippable),
    )
