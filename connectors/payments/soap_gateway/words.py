"""The gateway's words in ours: references, amounts, states, result codes. Pure functions."""

import hashlib
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from contracts.models.canonical import Money
from contracts.models.system.payments.v1 import Payment
from contracts.money import decimals, from_minor, to_minor
from runtime.problems import (
    Misconfigured,
    Missing,
    Problem,
    Rejected,
    Unavailable,
    at,
    garbage,
    silent,
)

Told = Mapping[str, Any]

APPROVED, REVERSED, NO_ORIGINAL, EXCEEDS, CAPTURED = "00", "21", "25", "61", "79"

LOOK_AGAIN = frozenset({REVERSED, EXCEEDS, "68", "94", "96"})
"""What was asked may be done already, or never will be: a look tells."""

STATUSES: Mapping[str, Literal["authorized", "captured", "voided"]] = {
    "A": "authorized",
    "S": "captured",
    "R": "voided",
}
"""D (declined) and X (reversed unseen) are no payments."""

DECLINES = {
    "05": "the bank declined",
    "41": "the bank declined",
    "43": "the bank declined",
    "51": "there is not enough money on the card",
    "54": "the card has expired",
}
"""Lost and stolen cards (41, 43) are just declined: whoever holds one is not told."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """The last one under a reference; amounts in minor units of 10^-exponent."""

    status: str
    currency: str
    exponent: int
    minor: int
    captured: int
    refunds: Mapping[str, int]
    """Amount by reference."""

    @property
    def left(self) -> int:
        """Captured and not given back; less than nothing if somebody gave back too much."""
        return self.captured - sum(self.refunds.values())

    def money(self, minor: int) -> Money:
        return from_minor(minor, self.currency, self.exponent)


def reference(*parts: str) -> str:
    """32 capitals and digits for our ids, which may have 64 characters and no `/`: 160 bits of a
    hash, so that no two of ours ever meet."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    return b32encode(digest[:20]).decode()


def local_time(now: datetime, zone: ZoneInfo) -> str:
    return now.astimezone(zone).strftime("%Y%m%d%H%M%S")


def amount_fields(amount: Money) -> dict[str, str]:
    minor = to_minor(amount)
    if minor < 1:
        raise Rejected(errors=[at("/amount/amount", "more than nothing is needed")])
    return _amount(minor, amount.currency, decimals(amount.currency))


def part_fields(transaction: Transaction, minor: int) -> dict[str, str]:
    """An amount of the transaction's own money."""
    return _amount(minor, transaction.currency, transaction.exponent)


def _amount(minor: int, currency: str, exponent: int) -> dict[str, str]:
    return {"Amount": str(minor), "Currency": currency, "CurrencyExponent": str(exponent)}


def transaction(told: Told) -> Transaction:
    """Raises ValueError or LookupError for one that lacks what its status calls for."""
    status = str(told["Status"])
    if status == "X":  # there never was an amount
        return Transaction(status, "", 0, 0, 0, {})
    refunds: dict[str, int] = {}
    for one in told.get("Refund") or ():
        ref = str(one["MerchantRef"])
        refunds[ref] = refunds.get(ref, 0) + int(one["Amount"])
    return Transaction(
        status=status,
        currency=str(told["Currency"]),
        exponent=int(told["CurrencyExponent"]),
        minor=int(told["Amount"]),
        captured=int(told.get("CapturedAmount") or 0),
        refunds=refunds,
    )


def authorised(amount: Money) -> Transaction:
    """What an approved Authorise made."""
    return Transaction("A", amount.currency, decimals(amount.currency), to_minor(amount), 0, {})


def payment(payment_id: str, transaction: Transaction) -> Payment:
    return Payment(
        id=payment_id,
        status=STATUSES[transaction.status],
        amount=transaction.money(transaction.minor),
        captured=transaction.money(transaction.captured),
        refunded=transaction.money(sum(transaction.refunds.values())),
    )


def minor_of(transaction: Transaction, amount: Money) -> int:
    """An amount as the gateway counts this transaction. Rejected if that is too coarse for it."""
    return to_minor(amount, places=transaction.exponent)


def _unknown_card(_who: str) -> Problem:
    errors = [at("/method/token", "the payment provider does not know it")]
    return Rejected(kind="unknown-payment-method", title="Unknown payment method", errors=errors)


REFUSALS: Mapping[str, Callable[[str], Problem]] = {
    "03": lambda who: Misconfigured(f"{who} does not know our merchant_id"),
    "12": lambda who: Misconfigured(f"{who}: our clock is wrong, or `zone` is not the gateway's"),
    "14": _unknown_card,
    "25": lambda _: Missing("there is no such payment"),
    "68": lambda who: silent(who, "it gave up waiting for its own answer"),
    "91": lambda who: Unavailable(f"{who} cannot reach the card's bank", retry_after=5),
    "96": lambda who: Unavailable(f"{who} failed", retry_after=1),
}


def refusal(who: str, code: str) -> Problem:
    if code in DECLINES:
        errors = [at("/method/token", DECLINES[code])]
        return Rejected(kind="card-declined", title="The card was declined", errors=errors)
    if code in REFUSALS:
        return REFUSALS[code](who)
    return garbage(who, "a result code that we do not know here")


def exceeds(transaction: Transaction) -> Problem:
    left = transaction.money(max(transaction.left, 0))
    title = "A refund cannot exceed what was paid and not yet given back"
    errors = [at("/amount/amount", f"{left.amount} {left.currency} can be given back")]
    return Rejected(kind="refund-exceeds-payment", title=title, errors=errors)
