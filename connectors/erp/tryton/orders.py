"""Sales orders in Tryton: one sale each, moved by buttons to where it is wanted."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

from connectors.erp.tryton import parties, sales
from connectors.erp.tryton.catalogue import Catalogue
from connectors.erp.tryton.customers import Customers
from connectors.erp.tryton.register import Register
from connectors.erp.tryton.sales import CANCELLED, CONFIRMED, ENTERED, RETURN, SALES, Held, Sale
from connectors.vendors.tryton.documents import Route, made, moved
from connectors.vendors.tryton.errors import Stale
from connectors.vendors.tryton.session import Session
from connectors.vendors.tryton.values import Values
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrder
from runtime.problems import Rejected, Unavailable

T = TypeVar("T")

Turn = Callable[[Held, Register], Register | None]
"""What becomes of a register; None when it is as it should be."""

MOST_TURNS = 20


class Orders:
    def __init__(self, tryton: Session, customers: Customers, catalogue: Catalogue) -> None:
        self._tryton = tryton
        self._customers = customers
        self._catalogue = catalogue

    async def get(self, order_id: str) -> SalesOrder:
        return self._answer(order_id, await self._held(order_id))

    async def sale(self, order_id: str) -> int:
        """The id of the one sale that is the order; Missing without."""
        return (await self._held(order_id)).sale.id

    async def put(self, order_id: str, order: NewSalesOrder) -> SalesOrder:
        found = await self._find(order_id, order_id + RETURN)
        if found:
            await self._cancel(sales.surplus(found, order_id))  # whose creator did not get that far
        else:
            found = await self._created(await self._new_sale(order_id, order))
        held = sales.held(found, order_id)
        sales.refuse_other_content(held.sale, order)
        return await self._moved(order_id, held, ENTERED, refused_as="conflict")

    async def confirm(self, order_id: str) -> SalesOrder:
        held = await self._held(order_id)
        return await self._moved(order_id, held, CONFIRMED, refused_as="cancelled")

    async def cancel(self, order_id: str) -> None:
        for found in await self._find(order_id):
            sale = await moved(self._tryton, SALES, found, CANCELLED)
            if sale.status == "confirmed":
                await self.registered(order_id, _closed)
                await self._take_back(sale)

    async def registered(self, order_id: str, turn: Turn) -> tuple[Sale, Register]:
        """The order's sale and its register, once that is what `turn` makes of it (quirk 15)."""
        for _ in range(MOST_TURNS):
            held = await self._held(order_id)
            known = Register.of(held.sale.comment)
            if (turned := turn(held, known)) is None:
                return held.sale, known
            as_read = {"_timestamp": {f"{SALES.model},{held.sale.id}": held.sale.stamp}}
            with suppress(Stale):
                values = {"comment": str(turned)}
                await self._tryton.write(SALES.model, [held.sale.id], values, as_read)
        raise Unavailable("the order is changed again and again", retry_after=1)

    async def document(self, new: Values) -> Sale:
        """The confirmed sale under a reference, created once; taken up again where it broke off."""
        found = await self._find(new["reference"]) or await self._created(new)
        return await moved(self._tryton, SALES, sales.chosen(found), CONFIRMED)

    async def found(self, *references: str) -> list[Sale]:
        return await self._find(*references)

    async def undo(self, document: Sale) -> None:
        sale = await moved(self._tryton, SALES, document, CANCELLED)
        if sale.status == "confirmed":
            await self._take_back(sale)

    def read(self, reader: Callable[[Sale], T], document: Sale) -> T:
        return self._tryton.read(reader, document)

    async def _moved(
        self, order_id: str, held: Held, route: Route, *, refused_as: str
    ) -> SalesOrder:
        held = replace(held, sale=await moved(self._tryton, SALES, held.sale, route))
        if held.status == "cancelled":
            raise Rejected("the order is cancelled", kind=refused_as, status=409)
        return self._answer(order_id, held)

    async def _take_back(self, sale: Sale) -> None:
        """Quirk 8; taken up again where it broke off."""
        back = await self.document(sales.return_sale(sale, sale.reference + RETURN, sale.lines))
        if back.status != "confirmed":
            says = "the return of this order was cancelled in the ERP"
            raise Rejected(says, kind="conflict", status=409)

    async def _created(self, new: Values) -> list[Sale]:
        """What is there afterwards under its reference, less ours if it came second (quirk 6)."""
        find = partial(self._find, new["reference"])
        ours = await made(self._tryton, SALES.model, new, find)
        found = await find()
        mine = [sale for sale in sales.surplus(found, new["reference"]) if sale.id == ours]
        await self._cancel(mine)
        return [sale for sale in found if sale not in mine]

    async def _cancel(self, extra: Sequence[Sale]) -> None:
        for sale in extra:
            await moved(self._tryton, SALES, sale, CANCELLED)

    async def _find(self, *references: str) -> list[Sale]:
        return await self._tryton.find(SALES, [["reference", "in", references]])

    async def _held(self, order_id: str) -> Held:
        return sales.held(await self._find(order_id, order_id + RETURN), order_id)

    async def _new_sale(self, order_id: str, order: NewSalesOrder) -> Values:
        """Rejected for whatever Tryton would take without a word, or refuse without a pointer."""
        await self._catalogue.check(sales.currency_of(order))
        found = await self._customers.find(order.customer_id)
        addressed = parties.addressed(found[0] if found else None)
        products = await self._catalogue.products(line.sku for line in order.lines)
        return {**addressed, **sales.new_sale(order_id, order, products)}

    def _answer(self, order_id: str, held: Held) -> SalesOrder:
        return self._tryton.read(partial(sales.sales_order, order_id), held)


def _closed(_held: Held, known: Register) -> Register | None:
    if known.standing:
        raise Rejected("goods of the order have come back", kind="has-returns", status=409)
    return None if known.closed else replace(known, closed=True)
