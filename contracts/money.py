"""Amounts of money as numbers: Decimal or whole minor units, never a float."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from contracts.models.canonical import Money
from runtime.problems import Rejected, at

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DECIMALS = {code: places for places, codes in _DECIMALS.items() for code in codes.split()}
"""ISO 4217: how many decimals a currency has, when not two."""


def decimals(currency: str) -> int:
    return DECIMALS.get(currency, 2)


def amount_of(money: Money) -> Decimal:
    return Decimal(money.amount)


def money_of(amount: Decimal, currency: str) -> Money:
    """With all decimals of the currency. Raises ValueError for an amount finer than that."""
    exact = amount.quantize(Decimal(1).scaleb(-decimals(currency)))
    if exact != amount:
        raise ValueError(f"{amount} is finer than {currency} is")
    return Money(amount=str(exact), currency=currency)


def rounded(amount: Decimal, currency: str) -> Money:
    """Half up, to the decimals of the currency."""
    exact = amount.quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP)
    return Money(amount=str(exact), currency=currency)


def tax_in(gross: Money, percent: str) -> Money:
    """How much of an amount is tax, given the rate on what is left without it."""
    rate = Decimal(percent)
    return rounded(amount_of(gross) * rate / (100 + rate), gross.currency)


def total_of(amounts: Iterable[Money], currency: str) -> Money:
    return money_of(sum(map(amount_of, amounts), Decimal(0)), currency)


def to_minor(money: Money, pointer: str = "/amount", places: int | None = None) -> int:
    """In cents, yen, fils. `places`: the decimals of a vendor's units, if not the currency's.

    Rejected, pointing at `<pointer>/amount`, for an amount finer than either.
    """
    places = decimals(money.currency) if places is None else places
    finest, amount = min(places, decimals(money.currency)), amount_of(money)
    if amount.scaleb(finest) % 1:
        errors = [at(f"{pointer}/amount", f"{money.currency} has {finest} decimals")]
        raise Rejected("The amount is finer than its currency", errors=errors)
    return int(amount.scaleb(places))


def from_minor(minor: int, currency: str, places: int | None = None) -> Money:
    places = decimals(currency) if places is None else places
    return money_of(Decimal(minor).scaleb(-places), currency)
