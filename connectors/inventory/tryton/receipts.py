"""Goods that come back to Tryton: a customer's return shipment each, received and put into storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from connectors.goods import wanted
from connectors.inventory import refuse_unknown
from connectors.inventory.tryton import refusals
from connectors.inventory.tryton.moves import new_moves
from connectors.inventory.tryton.stock import Article, Stock, Warehouse
from connectors.vendors.tryton.documents import Route, made, moved
from connectors.vendors.tryton.errors import Asked
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Row, Values, View, creating, whole
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Receipt
from runtime.problems import Missing, Unavailable

TO_STORAGE: Route = {"draft": "receive", "received": "do"}
TO_NOTHING: Route = {"draft": "cancel"}
RANK: Mapping[str, int] = {"done": 0, "received": 1, "draft": 2}


@dataclass(frozen=True, slots=True)
class Back:
    id: int
    reference: str
    state: str
    lines: Sequence[OrderLine]


def _back(row: Row) -> Back:
    moves = sorted(row["incoming_moves."], key=lambda move: int(move["id"]))
    lines = [OrderLine(sku=m["product."]["code"], quantity=whole(m["quantity"])) for m in moves]
    return Back(row["id"], row["reference"] or "", row["state"], lines)


BACKS = View(
    "stock.shipment.out.return",
    ("reference", "state", "incoming_moves.product.code", "incoming_moves.quantity"),
    _back,
)


class Receipts:
    def __init__(self, tryton: Session, stock: Stock) -> None:
        self._tryton = tryton
        self._stock = stock

    async def put(self, receipt_id: str, lines: Sequence[OrderLine]) -> Receipt:
        found = await self._living(receipt_id) or await self._created(receipt_id, lines)
        back = chosen(found)
        refusals.refuse_other_goods(back.lines, lines)
        back = await self._stored(back)
        if back.state != "done":
            raise Unavailable("the goods are not in storage yet", retry_after=1)
        return Receipt(id=receipt_id, lines=list(back.lines))

    async def _stored(self, back: Back) -> Back:
        try:
            return await moved(self._tryton, BACKS, back, TO_STORAGE)
        except (
            Asked
        ) as question:  # whether goods may come from a customer without a sale (quirk 11)
            await self._tryton.say_yes(question.question)
        return await moved(self._tryton, BACKS, back, TO_STORAGE)

    async def get(self, receipt_id: str) -> Receipt:
        for back in await self._living(receipt_id):
            if back.state == "done":
                return Receipt(id=receipt_id, lines=list(back.lines))
        raise Missing("there is no such receipt")

    async def _living(self, receipt_id: str) -> list[Back]:
        found = await self._tryton.find(BACKS, [["reference", "=", receipt_id]])
        return [back for back in found if back.reference == receipt_id and back.state in RANK]

    async def _created(self, receipt_id: str, lines: Sequence[OrderLine]) -> list[Back]:
        """What stands under the id afterwards, less ours if it came second (quirk 4)."""
        articles = await self._stock.articles(wanted(lines))
        refuse_unknown(lines, articles)
        new = _new(receipt_id, lines, articles, await self._stock.warehouse())
        ours = await made(self._tryton, BACKS.model, new, partial(self._living, receipt_id))
        found = await self._living(receipt_id)
        for second in found:
            if second.id == ours != chosen(found).id:
                await moved(self._tryton, BACKS, second, TO_NOTHING)
        return found


def chosen(found: Sequence[Back]) -> Back:
    """Of several the one that got furthest, else the oldest."""
    return min(found, key=lambda back: (RANK[back.state], back.id))


def _new(
    receipt_id: str,
    lines: Sequence[OrderLine],
    articles: Mapping[str, Article],
    warehouse: Warehouse,
) -> Values:
    site, company = warehouse.site, warehouse.company
    moves = new_moves(lines, articles, company, warehouse.customers, site.input)
    return {
        "reference": receipt_id,
        "customer": company.party,
        "contact_address": company.address,
        "warehouse": site.id,
        "warehouse_storage": site.storage,
        "warehouse_input": site.input,
        "moves": [creating(*moves)],
    }
