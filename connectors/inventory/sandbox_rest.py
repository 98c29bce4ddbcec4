"""The sandbox warehouse: JSON over REST, a bearer token; holds under a reference of the caller's.

1. A hold names each article once. *Why this matters:* an order may list a product twice; we add the
   quantities up, and an error points at every line of that product.
2. Another `ttlSeconds` makes it another hold, refused with OTHER_CONTENT. *Why this matters:* a
   repeated step asks with the seconds that are left; the same lines are the same reservation to us,
   so we look before we call it a conflict.
3. A released reference is dead for good, even if no hold ever came. *Why this matters:* a PUT that
   was under way when we gave up cannot hold stock afterwards; never ask to have it "cleaned up".
4. 404 has two voices: NO_HOLD, and NO_RESOURCE for a path that does not exist. *Why this matters:*
   the second is a wrong base URL; "there is no such reservation" would send the operator elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from connectors.goods import as_lines, wanted
from connectors.inventory import Inventory
from connectors.protocols.http import HttpBackend
from connectors.protocols.options import HeaderSecret, HttpOptions
from connectors.reach import Reach
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Receipt, Reservation, Stock, StockList
from runtime.calls.http import Reply
from runtime.calls.paths import segment
from runtime.problems import Misconfigured, Missing, Problem, Rejected, at

Told = Mapping[str, Any]
Refusal = Callable[[Told, Sequence[OrderLine]], Problem]

Status = Literal["held", "committed", "expired", "released"]
STATUS: Mapping[str, Status] = {
    "COMMITTED": "committed",
    "EXPIRED": "expired",
    "HELD": "held",
    "RELEASED": "released",
}

DROPPED = {
    "description": "the product's name is the ERP's to tell",
    "held": "what can be promised is free, whoever holds the rest",
    "receivedAt": "when the goods came is the warehouse's business",
    "onHand": "what can be promised is free, whoever holds the rest",
    "message": "for developers, in the warehouse's words: the code says it in ours",
    "shortages/requested": "the caller knows what it asked for",
}


class Options(HttpOptions):
    token: HeaderSecret


class Connector(Inventory):
    def __init__(self, options: Options, reach: Reach) -> None:
        token = options.token.get_secret_value()
        self._backend = HttpBackend(
            "inventory",
            options.url,
            reach,
            headers={"Authorization": f"Bearer {token}"},
            timeout=options.timeout_seconds,
        )

    async def list_stock(self, skus: list[str]) -> StockList:
        query = {"articles": ",".join(skus)}
        reply = await self._backend.send("listStock", "GET", "/stock", query=query)
        return self._backend.read(reply, _stock_list)

    async def put_reservation(
        self, reservation_id: str, lines: list[OrderLine], expires_in: int
    ) -> Reservation:
        articles = [{"article": sku, "qty": qty} for sku, qty in wanted(lines).items()]
        hold = {"lines": articles, "ttlSeconds": expires_in}
        reply = await self._hold("putHold", "PUT", reservation_id, json=hold)
        if reply.status == 409 and self._backend.read(reply, _code) == "OTHER_CONTENT":
            return await self._same_or_conflict(reservation_id, lines)
        return self._backend.read(self._accepted(reply, lines), _reservation)

    async def get_reservation(self, reservation_id: str) -> Reservation:
        return self._settled(await self._hold("getHold", "GET", reservation_id))

    async def release_reservation(self, reservation_id: str) -> None:
        reply = await self._hold("releaseHold", "DELETE", reservation_id)
        self._backend.done(self._accepted(reply))

    async def commit_reservation(self, reservation_id: str) -> Reservation:
        # The warehouse answers a second commit as it did the first, so a repeat is safe.
        return self._settled(
            await self._hold("commitHold", "POST", reservation_id, "/commit", repeatable=True)
        )

    async def put_receipt(self, receipt_id: str, lines: list[OrderLine]) -> Receipt:
        articles = [{"article": sku, "qty": qty} for sku, qty in wanted(lines).items()]
        reply = await self._receipts("putReceipt", "PUT", receipt_id, json={"lines": articles})
        if reply.status == 409 and self._backend.read(reply, _code) == "OTHER_CONTENT":
            raise Rejected("something else came in under this id", kind="conflict", status=409)
        return self._backend.read(self._accepted(reply, lines), _receipt)

    async def get_receipt(self, receipt_id: str) -> Receipt:
        reply = await self._receipts("getReceipt", "GET", receipt_id)
        return self._backend.read(self._accepted(reply), _receipt)

    async def _receipts(self, operation: str, method: str, ref: str, **parts: Any) -> Reply:
        path = f"/receipts/{segment(ref)}"
        return await self._backend.send(operation, method, path, accept={404, 409, 422}, **parts)

    async def _same_or_conflict(self, reservation_id: str, lines: list[OrderLine]) -> Reservation:
        """Quirk 2. An expired hold cannot be had again with other seconds: a conflict as well."""
        held = await self.get_reservation(reservation_id)
        if held.status != "expired" and wanted(held.lines) == wanted(lines):
            return held
        raise Rejected("something else is held under this id", kind="conflict", status=409)

    async def _hold(
        self, operation: str, method: str, ref: str, action: str = "", **parts: Any
    ) -> Reply:
        path = f"/holds/{segment(ref)}{action}"
        return await self._backend.send(operation, method, path, accept={404, 409, 422}, **parts)

    def _settled(self, reply: Reply) -> Reservation:
        return self._backend.read(self._accepted(reply), _reservation)

    def _accepted(self, reply: Reply, lines: Sequence[OrderLine] = ()) -> Reply:
        if reply.status >= 400:
            raise self._backend.read(reply, lambda told: _refusal(told, lines))
        return reply


def _code(told: Told) -> str:
    return str(told["code"])


def _stock_list(told: Told) -> StockList:
    # An oversold article may stand below zero: there is nothing to promise, and no reason to fail.
    items = [Stock(sku=item["article"], available=max(0, item["free"])) for item in told["items"]]
    return StockList(items=items, unknown=told["unknown"])


def _reservation(told: Told) -> Reservation:
    return Reservation(
        id=told["ref"],
        status=STATUS[told["status"]],
        lines=[line for held in told["lines"] for line in as_lines(held["article"], held["qty"])],
        expires_at=told["expiresAt"],
    )


def _receipt(told: Told) -> Receipt:
    lines = [line for came in told["lines"] for line in as_lines(came["article"], came["qty"])]
    return Receipt(id=told["ref"], lines=lines)


def _out_of_stock(told: Told, lines: Sequence[OrderLine]) -> Problem:
    available = {short["article"]: short["available"] for short in told["shortages"]}
    errors = [
        at(f"/lines/{place}/quantity", f"{available[line.sku]} available")
        for place, line in enumerate(lines)
        if line.sku in available
    ]
    title = "There is not enough stock"
    return Rejected(kind="out-of-stock", title=title, status=409, errors=errors)


def _unknown_sku(told: Told, lines: Sequence[OrderLine]) -> Problem:
    errors = [
        at(f"/lines/{place}/sku", "no such product")
        for place, line in enumerate(lines)
        if line.sku in told["articles"]
    ]
    return Rejected(kind="unknown-sku", title="There is no such product", errors=errors)


def _over(status: str) -> Refusal:
    detail = f"the reservation is {status}"
    return lambda _told, _lines: Rejected(detail, kind=status, status=409)


REFUSALS: Mapping[str, Refusal] = {
    "EXPIRED": _over("expired"),
    "NO_HOLD": lambda _told, _lines: Missing("there is no such reservation"),
    "NO_RECEIPT": lambda _told, _lines: Missing("there is no such receipt"),
    "NO_RESOURCE": lambda _told, _lines: Misconfigured("the warehouse is not at this URL"),
    "RELEASED": _over("released"),
    "SHORT": _out_of_stock,
    "UNKNOWN_ARTICLE": _unknown_sku,
}


def _refusal(told: Told, lines: Sequence[OrderLine]) -> Problem:
    refusal = REFUSALS.get(told["code"])
    return refusal(told, lines) if refusal else Rejected("the warehouse does not accept this")
