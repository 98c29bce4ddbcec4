"""What Tryton has on record about an order, asked over its own JSON-RPC."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sandbox.demo.books import Entry, HoldMeans, OrderMeans
from sandbox.real.rpc import Tryton

SALE: dict[str, OrderMeans] = {
    "draft": "entered",
    "quotation": "entered",
    "confirmed": "confirmed",
    "processing": "confirmed",
    "done": "confirmed",
    "cancelled": "cancelled",
}
SHIPMENT: dict[str, HoldMeans] = {
    "picked": "allocated",
    "packed": "allocated",
    "shipped": "allocated",
    "done": "allocated",
    "cancelled": "released",
}
"""In any other state goods may be set aside for it."""

SALE_FIELDS = ["number", "reference", "state", "total_amount"]
LINE_FIELDS = ["lines.product.code", "lines.quantity"]
MOVE_FIELDS = ["outgoing_moves.product.code", "outgoing_moves.quantity"]

Row = dict[str, Any]


class TrytonBooks:
    def __init__(self, access: dict[str, str]) -> None:
        self._rpc = Tryton(urlsplit(access["url"]).port or 0, access["database"])
        self._rpc.login(access["user"], access["password"])
        kind = ["type", "=", "warehouse"]
        [warehouse] = self._rpc.read("stock.location", [kind], ["storage_location"])
        self._storage = warehouse["storage_location"]

    def orders(self, order_id: str) -> list[Entry]:
        named = ["reference", "=", order_id]
        rows = self._rpc.read("sale.sale", [named], [*SALE_FIELDS, *LINE_FIELDS])
        return [sale(row) for row in rows]

    def holds(self, order_id: str) -> list[Entry]:
        """Their reference also says until when goods are held, or that they are not."""
        named = ["reference", "like", f"{order_id} %"]
        rows = self._rpc.read("stock.shipment.out", [named], ["number", "state", *MOVE_FIELDS])
        return [shipment(row) for row in rows]

    def free(self, sku: str) -> int:
        [row] = self._rpc.call(
            "model.product.product.search_read",
            *([["code", "=", sku]], 0, None, None, ["quantity"]),
            context={"locations": [self._storage], "stock_assign": True},
        )
        return int(row["quantity"])


def sale(row: Row) -> Entry:
    total = Decimal(row["total_amount"]["decimal"])
    return Entry(
        "Tryton sale",
        f"{row['number'] or '(draft)'} [{row['reference']}]",
        row["state"],
        SALE[row["state"]],
        _lines(row["lines."]),
        int(total * 100),
    )


def shipment(row: Row) -> Entry:
    means = SHIPMENT.get(row["state"], "held")
    lines = _lines(row["outgoing_moves."])
    return Entry("Tryton shipment", row["number"] or "(draft)", row["state"], means, lines)


def _lines(rows: list[Row]) -> dict[str, int]:
    return {row["product."]["code"]: int(row["quantity"]) for row in rows}
