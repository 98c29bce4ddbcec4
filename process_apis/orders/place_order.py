"""Place an order: hold the goods and the money, enter it in the ERP, then take the money and go on."""

from contextlib import suppress

from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.payments.v1 import PaymentsClient
from contracts.models.canonical import PaymentMethod
from contracts.models.process.orders.v1 import NewOrder
from contracts.models.system.erp.v1 import NewSalesOrder, SalesOrder, SalesOrderLine
from contracts.models.system.payments.v1 import NewPayment
from contracts.money import amount_of
from process_apis.orders.holding import (
    check_hold,
    commit_reservation,
    release_stock,
    reserve_stock,
)
from process_apis.orders.order import PlacedOrder, PricedOrder
from process_apis.orders.pricing import price_order, supplied
from runtime.flows.flow import flow
from runtime.flows.saga import Saga
from runtime.problems import Missing, Rejected, Unavailable

erp, payments = ErpClient(), PaymentsClient()


@flow("place-order")
async def place_order(order: NewOrder, saga: Saga) -> PlacedOrder:
    wanted = await saga.step(price_order, saga.run_id, order)
    held = await saga.step(reserve_stock, wanted, undo=release_stock)
    sold = supplied(wanted, held)
    await saga.step(authorize_payment, sold, undo=void_payment)
    entered = await saga.step(create_erp_order, sold, undo=cancel_erp_order)
    await saga.step(check_hold, sold)
    saga.point_of_no_return()
    await saga.step(capture_payment, sold)
    await saga.step(commit_reservation, sold)
    await saga.step(confirm_erp_order, sold)
    return PlacedOrder(
        total=sold.total, tax=sold.tax, lines=sold.lines, erp_order_number=entered.number
    )


async def authorize_payment(order: PricedOrder) -> None:
    try:
        await payments.authorize_payment(
            order.id,
            NewPayment(amount=order.total, method=PaymentMethod(token=order.payment.token)),
        )
    except Rejected as problem:
        problem.repointed("/method", "/payment")
        raise


async def void_payment(order: PricedOrder) -> None:
    await payments.void_payment(order.id)


async def create_erp_order(order: PricedOrder) -> SalesOrder:
    """Which must come to what the customer pays."""
    entered = await _enter(order)
    _check_total(order, entered)
    return entered


async def cancel_erp_order(order: PricedOrder) -> None:
    """Where there is nothing to cancel it is entered first: no ERP can keep a reference from being
    used, and a create that is still on its way has to find it taken."""
    try:
        await erp.get_sales_order(order.id)
    except Missing:
        with suppress(Rejected):  # as the one on its way will be
            await _enter(order)
    await erp.cancel_sales_order(order.id)


async def capture_payment(order: PricedOrder) -> None:
    await payments.capture_payment(order.id)


async def confirm_erp_order(order: PricedOrder) -> None:
    await erp.confirm_sales_order(order.id)


async def _enter(order: PricedOrder) -> SalesOrder:
    lines = [
        SalesOrderLine(sku=line.sku, quantity=line.quantity, unit_price=line.unit_price)
        for line in order.lines
    ]
    entry = NewSalesOrder(
        customer_id=order.customer_id,
        currency=order.total.currency,
        lines=lines,
        payment_reference=order.id,
    )
    return await erp.put_sales_order(order.id, entry)


def _check_total(order: PricedOrder, entered: SalesOrder) -> None:
    """502: the caller can do nothing about it, and whoever looks after the ERP should know."""
    ours, theirs = order.total, entered.total
    if (amount_of(ours), ours.currency) != (amount_of(theirs), theirs.currency):
        raise Unavailable(
            f"{theirs.amount} {theirs.currency} in the ERP, {ours.amount} {ours.currency} here",
            kind="total-differs",
            title="The ERP comes to another total",
            status=502,
        )
