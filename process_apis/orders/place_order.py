"""Place an order: hold the goods and the money, enter it in the ERP, then take the money and go on."""

import asyncio
from decimal import Decimal

from contracts.clients.system.erp.v1 import ErpClient
from contracts.clients.system.inventory.v1 import InventoryClient
from contracts.clients.system.payments.v1 import PaymentsClient
from contracts.models.canonical import Money, OrderLine, PaymentMethod
from contracts.models.process.orders.v1 import NewOrder
from contracts.models.system.erp.v1 import NewSalesOrder, ProductPrice, SalesOrder, SalesOrderLine
from contracts.models.system.inventory.v1 import NewReservation
from contracts.models.system.payments.v1 import NewPayment
from contracts.money import amount_of, money_of
from process_apis.orders.order import PlacedOrder, PricedOrder
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from runtime.problems import Missing, Rejected, at

erp, inventory, payments = ErpClient(), InventoryClient(), PaymentsClient()

HOLD_SECONDS = 4 * 3600
"""How long stock is held for an order neither finished nor undone; a flow gives up after one hour."""


@flow("place-order")
async def place_order(order: NewOrder, saga: Saga) -> PlacedOrder:
    priced = await saga.step(price_order, saga.run_id, order)
    await saga.step(reserve_stock, priced, undo=release_stock)
    await saga.step(authorize_payment, priced, undo=void_payment)
    entered = await saga.step(create_erp_order, priced, undo=cancel_erp_order)
    saga.point_of_no_return()
    await saga.step(capture_payment, priced)
    await saga.step(commit_reservation, priced)
    await saga.step(confirm_erp_order, priced)
    return PlacedOrder(total=priced.total, erp_order_number=entered.number)


@reads
async def price_order(order_id: str, order: NewOrder) -> PricedOrder:
    """Known customer, known products, one currency."""
    await _check_customer(order)
    answers = await asyncio.gather(
        *(
            erp.get_product_price(line.sku, currency=order.currency, cache_control="no-cache")
            for line in order.lines
        ),
        return_exceptions=True,
    )
    _refuse_unpriced(answers)
    prices = [answer.price for answer in answers if isinstance(answer, ProductPrice)]
    return PricedOrder(
        id=order_id,
        customer_id=order.customer_id,
        lines=[
            SalesOrderLine(sku=line.sku, quantity=line.quantity, unit_price=price)
            for line, price in zip(order.lines, prices, strict=True)
        ],
        total=_total(order, prices),
        payment=order.payment,
    )


async def reserve_stock(order: PricedOrder) -> None:
    lines = [OrderLine(sku=line.sku, quantity=line.quantity) for line in order.lines]
    hold = NewReservation(lines=lines, expires_in_seconds=HOLD_SECONDS)
    await inventory.put_reservation(order.id, hold)


async def release_stock(order: PricedOrder) -> None:
    await inventory.release_reservation(order.id)


async def authorize_payment(order: PricedOrder) -> None:
    try:
        await payments.authorize_payment(
            order.id,
            NewPayment(amount=order.total, method=PaymentMethod(token=order.payment.token)),
        )
    except Rejected as problem:
        raise problem.repointed("/method", "/payment") from problem


async def void_payment(order: PricedOrder) -> None:
    await payments.void_payment(order.id)


async def create_erp_order(order: PricedOrder) -> SalesOrder:
    entry = NewSalesOrder(
        customer_id=order.customer_id,
        currency=order.total.currency,
        lines=order.lines,
        payment_reference=order.id,
    )
    return await erp.put_sales_order(order.id, entry)


async def cancel_erp_order(order: PricedOrder) -> None:
    await erp.cancel_sales_order(order.id)


async def capture_payment(order: PricedOrder) -> None:
    await payments.capture_payment(order.id)


async def commit_reservation(order: PricedOrder) -> None:
    await inventory.commit_reservation(order.id)


async def confirm_erp_order(order: PricedOrder) -> None:
    await erp.confirm_sales_order(order.id)


def _total(order: NewOrder, prices: list[Money]) -> Money:
    pairs = zip(prices, order.lines, strict=True)
    exact = sum((amount_of(price) * line.quantity for price, line in pairs), Decimal(0))
    return money_of(exact, order.currency)


async def _check_customer(order: NewOrder) -> None:
    try:
        customer = await erp.get_customer(order.customer_id)
    except Missing as problem:
        error = at("/customerId", "the ERP does not know this customer")
        raise Rejected(kind="unknown-customer", errors=[error]) from problem
    if customer.blocked:
        error = at("/customerId", "this customer may not order")
        raise Rejected(kind="customer-blocked", errors=[error])


def _refuse_unpriced(answers: list[ProductPrice | BaseException]) -> None:
    """Name every line that has no price; anything but a refusal is raised as it is."""
    errors, kind = [], ""
    for index, answer in enumerate(answers):
        match answer:
            case Missing():
                kind = "unknown-sku"
                errors.append(at(f"/lines/{index}/sku", "there is no such product"))
            case Rejected(slug="wrong-currency"):
                kind = kind or "wrong-currency"
                errors.append(at("/currency", f"line {index} is not sold in this currency"))
            case BaseException():
                raise answer
    if errors:
        raise Rejected(kind=kind, errors=errors)
