"""The goods of an order: held under its id, looked after, and allocated for good.

The reservation is the memory of what was decided: whoever comes again, after a lost answer or a
restart, takes its lines instead of deciding again.
"""

from datetime import UTC, datetime, timedelta

from contracts.clients.system.inventory.v1 import InventoryClient
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import NewReservation, Reservation
from process_apis.orders.order import PricedOrder
from process_apis.orders.quantities import shared_out
from runtime.flows.reading import reads
from runtime.problems import Missing, Problem, Rejected, at

inventory = InventoryClient()

HOLD_SECONDS = 4 * 3600
"""How long stock is held for an order neither finished nor undone; a flow gives up after one hour."""

LEAST_LEFT = timedelta(hours=1)
"""For how long, at the point of no return: as long as taking the money may be tried after it."""

TRIES = 3
"""How often stock is looked at that somebody else takes in between."""

OVERTAKEN = frozenset({"out-of-stock", "conflict"})
"""What a hold is refused with when there is less than a moment ago, or another try was before it."""


async def reserve_stock(order: PricedOrder) -> list[OrderLine]:
    """What is held: all of it or, where the customer takes that, what there is."""
    if order.when_short == "refuse":
        return await _hold(order.id, lines_of(order))
    refused: Rejected | None = None
    for _ in range(TRIES):
        lines = await _held_before(order.id) or await _available(order)
        try:
            return await _hold(order.id, lines)
        except Rejected as problem:
            if problem.slug not in OVERTAKEN:
                raise
            refused = problem
    raise _out_of_stock(order, "others were faster") from refused


async def release_stock(order: PricedOrder) -> None:
    await inventory.release_reservation(order.id)


@reads
async def check_hold(order: PricedOrder) -> None:
    """Money may only be taken for goods that are still held, and for a while."""
    try:
        held = await inventory.get_reservation(order.id)
    except Missing as problem:
        raise _expired("the warehouse has no reservation of the goods") from problem
    if not is_good(held, datetime.now(UTC)):
        raise _expired("the goods were not held until the money could be taken")


def is_good(held: Reservation, now: datetime) -> bool:
    lasts = held.expires_at is None or held.expires_at - now >= LEAST_LEFT
    return held.status == "held" and lasts


async def commit_reservation(order: PricedOrder) -> None:
    """What was paid for and is no longer held is held again first, if there still is enough."""
    try:
        await inventory.commit_reservation(order.id)
    except Rejected as problem:
        if problem.slug != "expired":
            raise
        await _hold_again(order)
        await inventory.commit_reservation(order.id)


def lines_of(order: PricedOrder) -> list[OrderLine]:
    return [OrderLine(sku=line.sku, quantity=line.quantity) for line in order.lines]


async def _hold(order_id: str, lines: list[OrderLine]) -> list[OrderLine]:
    hold = NewReservation(lines=lines, expires_in_seconds=HOLD_SECONDS)
    await inventory.put_reservation(order_id, hold)
    return lines


async def _hold_again(order: PricedOrder) -> None:
    try:
        await _hold(order.id, lines_of(order))
    except Rejected as problem:
        told = "; ".join(f"{e.get('pointer', '')}: {e['detail']}" for e in _errors(problem))
        text = "the hold expired after the point of no return, and cannot be had again"
        raise _expired(f"{text} ({problem.slug}) {told}".strip()) from problem


async def _held_before(order_id: str) -> list[OrderLine]:
    try:
        return (await inventory.get_reservation(order_id)).lines
    except Missing:
        return []


async def _available(order: PricedOrder) -> list[OrderLine]:
    """What there is of each line. Raises Rejected when there is nothing at all."""
    stock = await inventory.list_stock(sku=sorted({line.sku for line in order.lines}))
    _refuse_unknown(order, stock.unknown)
    there_is = {item.sku: item.available for item in stock.items}
    lines = [
        OrderLine(sku=line.sku, quantity=share)
        for line, share in zip(order.lines, shared_out(order.lines, there_is), strict=True)
        if share
    ]
    if not lines:
        raise _out_of_stock(order, "0 available")
    return lines


def _refuse_unknown(order: PricedOrder, unknown: list[str]) -> None:
    errors = [
        at(f"/lines/{line.place}/sku", "no such product")
        for line in order.lines
        if line.sku in unknown
    ]
    if errors:
        raise Rejected(kind="unknown-sku", title="There is no such product", errors=errors)


def _out_of_stock(order: PricedOrder, why: str) -> Rejected:
    errors = [at(f"/lines/{line.place}/quantity", why) for line in order.lines]
    title = "There is not enough stock"
    return Rejected(kind="out-of-stock", title=title, status=409, errors=errors)


def _expired(detail: str) -> Rejected:
    return Rejected(detail, kind="hold-expired", title="The goods are no longer held", status=409)


def _errors(problem: Problem) -> list[dict[str, str]]:
    return list(problem.document.get("errors", ()))
