"""Whether a cart can be supplied, and what it costs: each line answered, also a wrong one."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from contracts.clients.system.erp.v1 import ErpClient
from contracts.models.canonical import FieldError, Money, OrderLine
from contracts.models.process.catalogue.v1 import Availability, Cart, CartLine, LineAvailability
from contracts.money import amount_of, rounded, total_of
from process_apis.catalogue.parts import SHARE, Parts
from process_apis.catalogue.products import available
from runtime.context import sooner
from runtime.problems import Missing, Rejected, at

erp = ErpClient()

AT_ONCE = 8
"""Prices asked for at a time: a long cart must not take all the calls the ERP allows."""

Said = Money | str | None
"""Of a product: its price, why it cannot be bought, or nothing while the ERP cannot be asked."""


@dataclass(frozen=True)
class Known:
    """What the systems say of the products in the cart."""

    prices: Mapping[str, Said]
    stock: Mapping[str, int] | None
    wanted: Mapping[str, int]


async def availability(cart: Cart) -> Availability:
    wrong = {place: _errors(place, line) for place, line in enumerate(cart.lines)}
    right = [line for place, line in enumerate(cart.lines) if not wrong[place]]
    parts = Parts()
    known = await _known(parts, right, cart.currency)
    lines = [
        _answer(place, line, wrong[place], known, cart.currency)
        for place, line in enumerate(cart.lines)
    ]
    return Availability(
        lines=lines,
        complete=_complete(lines),
        total=_total(lines, cart.currency),
        degraded=parts.degraded,
        kept=parts.kept,
    )


async def _known(parts: Parts, lines: Sequence[CartLine], currency: str) -> Known:
    wanted: Counter[str] = Counter()
    for line in lines:
        wanted[line.sku] += line.quantity
    turns = asyncio.Semaphore(AT_ONCE)
    with sooner(SHARE):
        stock, prices = await asyncio.gather(
            parts.ask("availability", available(list(wanted))),
            asyncio.gather(*(parts.ask("price", _price(sku, currency, turns)) for sku in wanted)),
        )
    parts.refuse_nothing()
    return Known(dict(zip(wanted, prices, strict=True)), stock, wanted)


async def _price(sku: str, currency: str, turns: asyncio.Semaphore) -> Money | str:
    async with turns:
        try:
            return (await erp.get_product_price(sku, currency=currency)).price
        except Missing:
            return "no such product"
        except Rejected as problem:
            if problem.slug != "wrong-currency":
                raise
            return f"not sold in {currency}"


def _errors(place: int, line: CartLine) -> list[FieldError]:
    """What an order would refuse the line for."""
    try:
        OrderLine(sku=line.sku, quantity=line.quantity)
    except ValidationError as error:
        return [
            FieldError.model_validate(at(f"/lines/{place}/{fault['loc'][0]}", fault["msg"]))
            for fault in error.errors()
        ]
    return []


def _answer(
    place: int, line: CartLine, wrong: list[FieldError], known: Known, currency: str
) -> LineAvailability:
    answer = LineAvailability(sku=line.sku, quantity=line.quantity)
    if wrong:
        return answer.model_copy(update={"errors": wrong})
    price = known.prices[line.sku]
    if isinstance(price, str):
        nothing = FieldError.model_validate(at(f"/lines/{place}/sku", price))
        return answer.model_copy(update={"errors": [nothing]})
    if known.stock is not None:
        there = known.stock.get(line.sku, 0)
        enough = known.wanted[line.sku] <= there
        answer = answer.model_copy(update={"available": there, "sufficient": enough})
    if price is None:
        return answer
    total = rounded(amount_of(price) * line.quantity, currency)
    return answer.model_copy(update={"unit_price": price, "total": total})


def _complete(lines: Sequence[LineAvailability]) -> bool | None:
    """None when a line that is not known to be there could make the difference."""
    if any(line.errors or line.sufficient is False for line in lines):
        return False
    return True if all(line.sufficient for line in lines) else None


def _total(lines: Sequence[LineAvailability], currency: str) -> Money | None:
    totals = [line.total for line in lines if line.total is not None]
    return total_of(totals, currency) if len(totals) == len(lines) else None
