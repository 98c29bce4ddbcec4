"""Take goods back: enter the return in the ERP, which lets no more come back than was bought, then
give their price back and put them into stock."""

import asyncio
from contextlib import suppress

from pydantic import BaseModel

from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.inventory.v1 import InventoryClient
from contracts.clients.system.payments.v1 import PaymentsClient
from contracts.models.canonical import Money, OrderLine
from contracts.models.process.orders.v1 import NewReturn
from contracts.models.system.erp.v1 import NewSalesReturn, SalesReturn
from contracts.models.system.inventory.v1 import NewReceipt
from contracts.models.system.payments.v1 import NewRefund
from contracts.money import amount_of
from process_apis.orders.left import left_of, lines_left
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from runtime.problems import Missing, Rejected, at

erp, inventory, payments = ErpClient(), InventoryClient(), PaymentsClient()


class ReturnToMake(BaseModel):
    id: str
    order_id: str
    asked: NewReturn


class GoodsBack(BaseModel):
    """What comes back: the argument of every later step."""

    id: str
    order_id: str
    lines: list[OrderLine]
    reason: str


class ReturnMade(BaseModel):
    refund: Money
    erp_return_number: str


@flow("return-order")
async def return_order(wanted: ReturnToMake, saga: Saga) -> ReturnMade:
    goods = await saga.step(check_goods, wanted)
    recorded = await saga.step(record_return, goods, undo=withdraw_return)
    saga.point_of_no_return()
    await saga.step(refund_goods, goods, recorded.total)
    await saga.step(restock_goods, goods)
    return ReturnMade(refund=recorded.total, erp_return_number=recorded.number)


@reads
async def check_goods(wanted: ReturnToMake) -> GoodsBack:
    """Whether so much can come back by now; what, when the caller wants all that is left."""
    with suppress(Missing):  # refused by a warehouse that could not be told at the end
        await inventory.get_receipt(wanted.id)
    order, returned = await asyncio.gather(
        erp.get_sales_order(wanted.order_id), erp.list_returns(wanted.order_id)
    )
    if order.status == "cancelled":
        raise Rejected("the order is cancelled", kind="cancelled", status=409)
    left = left_of(order.lines, [line for back in returned.items for line in back.lines])
    lines = wanted.asked.lines or lines_left(order.lines, left)
    _refuse_more(lines, left)
    reason = wanted.asked.reason
    return GoodsBack(id=wanted.id, order_id=wanted.order_id, lines=lines, reason=reason)


async def record_return(goods: GoodsBack) -> SalesReturn:
    """Under the ERP's lock: what raced with `check_goods` is refused here."""
    back = NewSalesReturn(lines=goods.lines, reason=goods.reason)
    return await erp.put_return(goods.order_id, goods.id, back)


async def withdraw_return(goods: GoodsBack) -> None:
    await erp.withdraw_return(goods.order_id, goods.id)


async def refund_goods(goods: GoodsBack, price: Money) -> None:
    if amount_of(price) > 0:  # a present costs nothing, and a provider gives nothing back
        await payments.refund_payment(goods.order_id, goods.id, NewRefund(amount=price))


async def restock_goods(goods: GoodsBack) -> None:
    await inventory.put_receipt(goods.id, NewReceipt(lines=goods.lines))


def _refuse_more(lines: list[OrderLine], left: dict[str, int]) -> None:
    """Name every line of a product of which more would come back than is left."""
    back = left_of(lines, [])
    errors = [
        at(f"/lines/{place}/quantity", f"{left.get(line.sku, 0)} can come back")
        for place, line in enumerate(lines)
        if back[line.sku] > left.get(line.sku, 0)
    ]
    if errors or not lines:
        title = "No more can come back than was bought and is not back yet"
        raise Rejected(kind="exceeds-order", title=title, status=409, errors=errors)
