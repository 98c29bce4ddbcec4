"""Cancel a placed order: cancel in the ERP, give the money back, return the goods. It only goes forward.

The ERP decides: an order of which goods have come back is no longer cancelled, and of one that is
cancelled nothing can come back. So nothing is given back, or put into stock, twice.
"""

from pydantic import BaseModel

from contracts.clients.process.orders.v1 import OrdersClient
from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.inventory.v1 import InventoryClient
from contracts.clients.system.payments.v1 import PaymentsClient
from contracts.models.canonical import Money, Problem
from contracts.models.system.payments.v1 import NewRefund
from contracts.money import amount_of, money_of
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Rejected, Unavailable

erp, inventory, payments = ErpClient(), InventoryClient(), PaymentsClient()
orders = OrdersClient()
"""Ourselves: how the run that places the order stands is for its API to say."""


class OrderToCancel(BaseModel):
    id: str


class Cancellation(BaseModel):
    """`refused`: why the ERP does not cancel it any more, and nothing else was done either."""

    refused: Problem | None = None


@flow("cancel-order")
async def cancel_order(order: OrderToCancel, saga: Saga) -> Cancellation:
    saga.point_of_no_return()
    await saga.step(await_placement, order)
    cancellation = await saga.step(cancel_erp_order, order)
    if cancellation.refused is None:
        rest = await saga.step(money_left, order)
        await saga.step(refund_payment, order, rest)
        await saga.step(release_stock, order)
    return cancellation


@reads
async def await_placement(order: OrderToCancel) -> None:
    """Nothing is undone beside a run that still goes forward: it would win."""
    placed = await orders.get_order(order.id)
    if placed.erp_order_number is None:
        raise Unavailable("the order is still being placed")


async def cancel_erp_order(order: OrderToCancel) -> Cancellation:
    try:
        await erp.cancel_sales_order(order.id)
    except Rejected as refusal:
        if refusal.slug != "has-returns":
            raise
        return Cancellation(refused=Problem.model_validate(refusal.document))
    return Cancellation()


@reads
async def money_left(order: OrderToCancel) -> Money:
    """What was taken and not yet given back, at the provider's desk for example."""
    payment = await payments.get_payment(order.id)
    left = amount_of(payment.captured) - amount_of(payment.refunded)
    return money_of(left, payment.captured.currency)


async def refund_payment(order: OrderToCancel, rest: Money) -> None:
    if amount_of(rest) > 0:
        await payments.refund_payment(order.id, f"{order.id}-cancel", NewRefund(amount=rest))


async def release_stock(order: OrderToCancel) -> None:
    await inventory.release_reservation(order.id)


def refusal_of(cancelling: Run | None) -> Problem | None:
    """Why a run that has ended did not cancel the order."""
    refused = (cancelling.result or {}).get("refused") if cancelling else None
    return Problem.model_validate(refused) if refused else None
