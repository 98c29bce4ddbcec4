"""The ERP's decimals in our figures."""

from decimal import Decimal

from contracts.models.canonical import Money


def pieces(quantity: Decimal) -> int:
    if quantity != int(quantity):
        raise ValueError("part of a piece")  # quirk 8
    return int(quantity)


def money(amount: Decimal, currency: str) -> Money:
    cents = amount.quantize(Decimal("0.01"))
    return Money(amount=f"{cents if cents == amount else amount.normalize():f}", currency=currency)
