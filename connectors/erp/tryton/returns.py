"""Returns in Tryton: entered in the register of the order's sale, then a sale with negative quantities."""

from decimal import Decimal
from functools import partial

from connectors.erp.tryton import register, sales
from connectors.erp.tryton.orders import Orders
from connectors.erp.tryton.register import Entry, Register
from connectors.erp.tryton.sales import Held, Sale
from connectors.goods import as_lines, wanted
from contracts.models.system.erp.v1 import NewSalesReturn, SalesReturn
from contracts.money import money_of
from runtime.problems import Missing, Rejected


class Returns:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def put(self, order_id: str, return_id: str, goods: NewSalesReturn) -> SalesReturn:
        def enter(held: Held, known: Register) -> Register | None:
            if entry := known.find(return_id):
                _refuse_other(entry, goods)
                return None
            _refuse_unconfirmed(held, known)
            return known.entered(held.sale, return_id, goods.lines)

        sale, known = await self._orders.registered(order_id, enter)
        document = await self._orders.document(_negative(sale, known.find(return_id)))
        _, now = await self._orders.registered(order_id, lambda _held, _known: None)
        if (entry := now.find(return_id)) is None or entry.word != "stands":
            await self._orders.undo(document)  # it was withdrawn while it was being entered
            raise _conflict()
        return self._orders.read(partial(_sales_return, sale, entry), document)

    async def withdraw(self, order_id: str, return_id: str) -> None:
        def turn(_held: Held, known: Register) -> Register | None:
            entry = known.find(return_id)
            return None if entry and entry.word == "withdrawn" else known.withdrawn(return_id)

        try:
            sale, _ = await self._orders.registered(order_id, turn)
        except Missing:
            return
        for document in await self._orders.found(_reference(sale, return_id)):
            await self._orders.undo(document)

    async def list(self, order_id: str) -> list[SalesReturn]:
        sale, known = await self._orders.registered(order_id, lambda _held, _known: None)
        references = [_reference(sale, entry.id) for entry in known.standing]
        documents = {d.reference: d for d in await self._orders.found(*references)}
        told = [(e, documents.get(_reference(sale, e.id))) for e in known.standing]
        return [self._orders.read(partial(_sales_return, sale, e), d) for e, d in told if d]


def _reference(sale: Sale, return_id: str) -> str:
    return f"{sale.reference}/return/{return_id}"


def _negative(sale: Sale, entry: Entry | None) -> dict[str, object]:
    goods = entry.goods if entry else {}
    lines = register.taken(sale, goods)
    return sales.return_sale(sale, _reference(sale, entry.id if entry else ""), lines)


def _refuse_unconfirmed(held: Held, known: Register) -> None:
    if known.closed or held.status == "cancelled":
        raise Rejected("the order is cancelled", kind="cancelled", status=409)
    if held.status != "confirmed":
        raise Rejected("the order is not confirmed", kind="not-confirmed", status=409)


def _refuse_other(entry: Entry, goods: NewSalesReturn) -> None:
    if entry.word != "stands" or entry.goods != wanted(goods.lines):
        raise _conflict()


def _conflict() -> Rejected:
    says = "another return, or a withdrawn one, has this id"
    return Rejected(says, kind="conflict", status=409)


def _sales_return(sale: Sale, entry: Entry, document: Sale) -> SalesReturn:
    total: Decimal = entry.total
    return SalesReturn(
        id=entry.id,
        order_id=sale.reference,
        number=document.number,
        lines=[line for sku, quantity in entry.goods.items() for line in as_lines(sku, quantity)],
        total=money_of(total, sale.currency),
    )
