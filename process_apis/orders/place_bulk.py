"""Place the orders of a bulk, some at a time: each is an order like any other, known by its reference.

A bulk is taken up again where it was: an order that was placed is found under its reference. While a
backend is away an order waits, and the others with it, until the patience with the bulk ends.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from contracts.clients.process.orders.v1 import OrdersClient
from contracts.models.process.orders.v1 import NewBulk, NewOrder
from process_apis.orders.bulk_lines import (
    LineAnswer,
    accepted,
    given_up,
    refusals,
    refused,
    unsettled,
)
from runtime.flows.asking import InProgress
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable

orders = OrdersClient()
"""Ourselves: an order of a bulk goes through the same door as any other."""

AT_ONCE = 16
"""Orders side by side: as many as keep the backends busy, and leave room for other callers."""

PATIENCE = timedelta(minutes=15)
"""For backends that are away; then each order that is left is tried once."""

UNDER_WAY = "the order is still being placed"


@flow("place-bulk")
async def place_bulk(bulk: NewBulk, saga: Saga) -> None:
    saga.point_of_no_return()
    until = await saga.step(end_of_patience)
    for batch in _batches(bulk):
        await saga.together(
            *(saga.step(place_line, order, until, name=f"line_{place}") for place, order in batch)
        )


@reads
async def end_of_patience() -> datetime:
    return datetime.now(UTC) + PATIENCE


async def place_line(order: NewOrder, until: datetime) -> LineAnswer:
    """Raises Unavailable as long as it is worth while to come again."""
    try:
        placed = await orders.place_order(order)
    except Rejected as refusal:
        if refusal.slug != InProgress.kind:
            return refused(refusal)
        _come_again(until, Unavailable(UNDER_WAY))
        return unsettled(refusal)
    except Problem as problem:
        if isinstance(problem, Unavailable) and not isinstance(problem, Misconfigured):
            _come_again(until, problem)
        return given_up(problem)
    if not placed.at_rest:
        _come_again(until, Unavailable(UNDER_WAY))
    return accepted(placed)


def _come_again(until: datetime, problem: Unavailable) -> None:
    if datetime.now(UTC) < until:
        raise problem


def _batches(bulk: NewBulk) -> Iterator[list[tuple[int, NewOrder]]]:
    """Of the orders that are not refused as they stand, with their places."""
    known = refusals(bulk)
    left = [
        (
            place,
            NewOrder.model_construct(
                customer_id=bulk.customer_id, reference=line.reference, **dict(line.order)
            ),
        )
        for place, line in enumerate(bulk.lines)
        if line.order and place not in known
    ]
    return (left[first : first + AT_ONCE] for first in range(0, len(left), AT_ONCE))
