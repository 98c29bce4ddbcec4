"""What others tell us about an order after it was placed, each kept as a run of the order's own.

A notice is the run's payload: it is durable before the sender is answered, it counts once whatever
comes twice, and what it means is worked out from all of them, in whatever order they came.
"""

from collections.abc import Sequence

from contracts.models.canonical import OrderLine, Shipment, TimelineEntry
from contracts.models.process.orders.v1 import NewOrder, ShipmentNotice
from process_apis.orders.left import left_of
from runtime.flows.flow import flow
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Rejected, at


@flow("note-shipment")
async def note_shipment(notice: ShipmentNotice, saga: Saga) -> None:
    """To have been started is all."""


def notices_of(family: Sequence[Run]) -> list[ShipmentNotice]:
    return [note_shipment.payload_of(run) for run in family if run.flow == note_shipment.name]


def refuse_foreign(notice: ShipmentNotice, order: NewOrder) -> None:
    """Name every line of a product that was not ordered."""
    ordered = {line.sku for line in order.lines}
    errors = [
        at(f"/lines/{place}/sku", "this was not ordered")
        for place, line in enumerate(notice.lines or ())
        if line.sku not in ordered
    ]
    if errors:
        raise Rejected(kind="unknown-sku", errors=errors)


def all_are(
    statuses: Sequence[str], notices: Sequence[ShipmentNotice], ordered: Sequence[OrderLine]
) -> bool:
    """Whether so much of each product has one of these statuses as was ordered."""
    missing = [left_of(ordered, _told(status, notices, ordered)) for status in statuses]
    return all(min(left[sku] for left in missing) <= 0 for sku in missing[0])


def _told(
    status: str, notices: Sequence[ShipmentNotice], ordered: Sequence[OrderLine]
) -> list[OrderLine]:
    return [
        line for notice in notices if notice.status == status for line in notice.lines or ordered
    ]


def shipments_of(family: Sequence[Run]) -> list[Shipment]:
    told = [
        Shipment(
            status=notice.status,
            carrier=notice.carrier,
            tracking_number=notice.tracking_number,
            at=notice.at,
        )
        for notice in notices_of(family)
    ]
    return sorted(told, key=lambda shipment: shipment.at)


def shipment_entry(notice: ShipmentNotice) -> TimelineEntry:
    detail = " ".join(filter(None, (notice.carrier, notice.tracking_number)))
    return TimelineEntry(at=notice.at, step=notice.status, outcome="done", detail=detail or None)
