"""Customer shipments of Tryton as our reservations. Nothing here calls."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.inventory.tryton.moves import new_moves
from connectors.inventory.tryton.stock import Article, Warehouse
from connectors.inventory.tryton.tags import RELEASED, UNTIL, VOID, Tag
from connectors.vendors.tryton.documents import Route
from connectors.vendors.tryton.values import Domain, Row, Values, View, creating, whole
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Reservation
from runtime.problems import Missing

Status = Literal["held", "committed", "released", "expired"]

UNFINISHED = ("draft", "waiting")
OPEN = (*UNFINISHED, "assigned")
COMMITTED = ("picked", "packed", "shipped", "done")
GONE = ("shipped", "done")

TO_HELD: Route = {"draft": "wait", "waiting": "assign_try"}
TO_COMMITTED: Route = {"assigned": "pick"}
TO_RELEASED: Route = dict.fromkeys((*OPEN, "picked", "packed"), "cancel")


@dataclass(frozen=True, slots=True)
class Shipment:
    id: int
    tag: Tag
    state: str
    stamp: str

    def status(self, now: datetime) -> Status | None:
        """None while it is being made, or when that broke off."""
        if self.state in GONE:
            return "committed"
        if self.tag.word == RELEASED:
            return "released"
        if self.state in UNFINISHED:
            return None
        if self.state in COMMITTED:
            return "committed"
        if self.is_over(now):
            return "expired"
        return "held" if self.state == "assigned" else "released"

    def is_over(self, now: datetime) -> bool:
        return now >= self.tag.until


@dataclass(frozen=True, slots=True)
class Hold(Shipment):
    """`assigned` is how much of each product is set aside for it."""

    lines: Sequence[OrderLine]
    assigned: Mapping[str, int]


def _shipment(row: Row) -> Shipment:
    return Shipment(row["id"], Tag.of(row["reference"] or ""), row["state"], row["_timestamp"])


def _hold(row: Row) -> Hold:
    asked = sorted(row["outgoing_moves."], key=lambda move: int(move["id"]))
    inside = row["inventory_moves."]
    return Hold(
        row["id"],
        Tag.of(row["reference"]),
        row["state"],
        row["_timestamp"],
        lines=[OrderLine(sku=sku, quantity=quantity) for sku, quantity in map(_move, asked)],
        assigned=summed(_move(move) for move in inside if move["state"] == "assigned"),
    )


def _move(row: Row) -> tuple[str, int]:
    return row["product."]["code"], whole(row["quantity"])


def summed(quantities: Iterable[tuple[str, int]]) -> dict[str, int]:
    """A product may be listed twice."""
    total: Counter[str] = Counter()
    for sku, quantity in quantities:
        total[sku] += quantity
    return dict(total)


FIELDS = ("reference", "state", "_timestamp")
SHIPMENTS = View("stock.shipment.out", FIELDS, _shipment)
HOLDS = View(
    SHIPMENTS.model,
    (
        *FIELDS,
        *("outgoing_moves.product.code", "outgoing_moves.quantity"),
        *("inventory_moves.product.code", "inventory_moves.quantity", "inventory_moves.state"),
    ),
    _hold,
)


LEFT_OVER: Domain = [
    [
        "OR",
        [["state", "in", OPEN], ["reference", "like", f"% {UNTIL} %"]],
        [["state", "in", list(TO_RELEASED)], ["reference", "like", f"% {RELEASED} %"]],
    ]
]
"""What may hold stock for nobody any more."""


def under(reservation_id: str) -> Domain:
    """`_` is any character in a pattern, and ours may have some; `chosen` sees to letter case."""
    return [["reference", "like", reservation_id.replace("_", r"\_") + " %"]]


def standing(found: Iterable[Hold], reservation_id: str) -> list[Hold]:
    """All that ever held something or may yet."""
    return [
        hold
        for hold in found
        if hold.tag.reservation_id == reservation_id and hold.tag.word != VOID
    ]


def chosen(holds: Sequence[Hold]) -> Hold:
    """Of several: one released for good, else the oldest that lives, else the last (quirk 4)."""
    released = [hold for hold in holds if hold.tag.word == RELEASED]
    living = [hold for hold in holds if hold.state != "cancelled"]
    if not holds:
        raise Missing("there is no such reservation")
    return [*released, *living, holds[-1]][0]


def new_hold(
    tag: Tag, lines: Sequence[OrderLine], articles: Mapping[str, Article], warehouse: Warehouse
) -> Values:
    site, company = warehouse.site, warehouse.company
    moves = new_moves(lines, articles, company, site.output, warehouse.customers)
    return {
        "reference": str(tag),
        "customer": company.party,
        "delivery_address": company.address,
        "warehouse": site.id,
        "warehouse_storage": site.storage,
        "warehouse_output": site.output,
        "moves": [creating(*moves)],
    }


def reservation(hold: Hold, now: datetime) -> Reservation:
    status = hold.status(now)
    if status is None:
        raise Missing("there is no such reservation")
    lapses = status in ("held", "expired")
    return Reservation(
        id=hold.tag.reservation_id,
        status=status,
        lines=list(hold.lines),
        expires_at=hold.tag.until if lapses else None,
    )
