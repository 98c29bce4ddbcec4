"""What an order comes to, by the ERP's prices, which must be those the customer was shown."""

import asyncio
from collections.abc import Iterable, Mapping

from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.canonical import Money, OrderLine
from contracts.models.process.orders.v1 import NewOrder
from contracts.models.system.erp.v1 import ProductPrice
from contracts.money import amount_of, rounded, tax_in, total_of
from process_apis.orders.order import PricedLine, PricedOrder
from process_apis.orders.quantities import shared_out, wanted_of
from runtime.flows.reading import reads
from runtime.problems import Missing, Rejected, at

erp = ErpClient()

AT_ONCE = 8
"""Prices asked for at a time: a long order must not take all the calls the ERP allows."""


@reads
async def price_order(order_id: str, order: NewOrder) -> PricedOrder:
    """Known customer, known products, one currency, and no price but the one expected."""
    await _check_customer(order)
    found = await _prices({line.sku for line in order.lines}, order.currency)
    answers = [found[line.sku] for line in order.lines]
    _refuse_unpriced(answers)
    prices = [answer for answer in answers if isinstance(answer, ProductPrice)]
    lines = [
        _priced(place, line.quantity, price.price, price.tax_rate, line.sku)
        for place, (line, price) in enumerate(zip(order.lines, prices, strict=True))
    ]
    priced = PricedOrder(
        id=order_id,
        customer_id=order.customer_id,
        lines=lines,
        total=total_of((line.total for line in lines), order.currency),
        tax=total_of((line.tax for line in lines), order.currency),
        payment=order.payment,
        when_short=order.when_short,
    )
    _refuse_changed(order, priced)
    return priced


def supplied(order: PricedOrder, held: Iterable[OrderLine]) -> PricedOrder:
    """The order of what is held; a line of which nothing is held is left out."""
    quantities = shared_out(order.lines, wanted_of(held))
    lines = [
        _priced(line.place, quantity, line.unit_price, line.tax_rate, line.sku)
        for line, quantity in zip(order.lines, quantities, strict=True)
        if quantity
    ]
    currency = order.total.currency
    total = total_of((line.total for line in lines), currency)
    tax = total_of((line.tax for line in lines), currency)
    return order.model_copy(update={"lines": lines, "total": total, "tax": tax})


def _priced(place: int, quantity: int, price: Money, tax_rate: str, sku: str) -> PricedLine:
    """Rounded line by line, half up: what the lines say adds up to what the order says."""
    total = rounded(amount_of(price) * quantity, price.currency)
    return PricedLine(
        place=place,
        sku=sku,
        quantity=quantity,
        unit_price=price,
        tax_rate=tax_rate,
        tax=tax_in(total, tax_rate),
        total=total,
    )


async def _check_customer(order: NewOrder) -> None:
    try:
        customer = await erp.get_customer(order.customer_id)
    except Missing as problem:
        error = at("/customerId", "the ERP does not know this customer")
        raise Rejected(kind="unknown-customer", errors=[error]) from problem
    if customer.blocked:
        error = at("/customerId", "this customer may not order")
        raise Rejected(kind="customer-blocked", errors=[error])


async def _prices(skus: set[str], currency: str) -> Mapping[str, ProductPrice | BaseException]:
    """Each product's, or what has come of asking for it."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(sku: str) -> ProductPrice:
        async with turns:
            return await erp.get_product_price(sku, currency=currency, cache_control="no-cache")

    answers = await asyncio.gather(*map(ask, skus), return_exceptions=True)
    return dict(zip(skus, answers, strict=True))


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


def _refuse_changed(order: NewOrder, priced: PricedOrder) -> None:
    """Name every price that is not the one the customer was shown."""
    errors = [
        at(f"/lines/{line.place}/unitPrice", _now(line.unit_price))
        for line, wanted in zip(priced.lines, order.lines, strict=True)
        if _differs(wanted.unit_price, line.unit_price)
    ]
    if _differs(order.expected_total, priced.total):
        errors.append(at("/expectedTotal", _now(priced.total)))
    if errors:
        title = "A price is not the one that was shown"
        raise Rejected(kind="price-changed", title=title, status=409, errors=errors)


def _differs(shown: Money | None, now: Money) -> bool:
    if shown is None:
        return False
    return (amount_of(shown), shown.currency) != (amount_of(now), now.currency)


def _now(price: Money) -> str:
    return f"it is {price.amount} {price.currency}"
