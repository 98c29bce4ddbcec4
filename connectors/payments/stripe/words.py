"""Stripe's words in ours: shapes, states, declines, refusals, amounts. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contracts.models.canonical import Money
from contracts.models.system.payments.v1 import Payment
from contracts.money import decimals, from_minor, to_minor
from runtime.problems import Problem, Rejected, Unavailable, at

Told = Mapping[str, Any]

STATES: Mapping[str, Literal["authorized", "captured", "voided"]] = {
    "canceled": "voided",
    "requires_capture": "authorized",
    "succeeded": "captured",
}
"""An intent in any other state never got the bank's consent: it is no payment."""

STANDING = ("canceled", "requires_capture", "succeeded")
"""Of several intents of one payment, the last of these is the payment."""

GIVEN_BACK = frozenset({"pending", "requires_action", "succeeded"})

PLACES = {"ISK": 2, "MGA": 0, "UGX": 2}
"""Where Stripe counts in other units than ISO 4217 has."""

DECLINES = {
    "authentication_required": "the bank wants the holder to confirm",
    "card_not_supported": "the card cannot be used for this",
    "card_velocity_exceeded": "the card's limit is reached",
    "currency_not_supported": "the card cannot be used in this currency",
    "expired_card": "the card has expired",
    "incorrect_cvc": "the security code is wrong",
    "incorrect_number": "the card number is wrong",
    "insufficient_funds": "there is not enough money on the card",
    "invalid_cvc": "the security code is wrong",
    "invalid_expiry_month": "the expiry date is wrong",
    "invalid_expiry_year": "the expiry date is wrong",
    "processing_error": "the bank could not be reached, another attempt may succeed",
    "withdrawal_count_limit_exceeded": "the card's limit is reached",
}
"""Stripe asks to call the others (lost, stolen, suspected fraud) just declined."""

POINTERS = {
    "amount": "/amount/amount",
    "currency": "/amount/currency",
    "payment_method": "/method/token",
}


@dataclass(frozen=True, slots=True)
class Intent:
    id: str
    reference: str | None
    state: str
    created: int
    currency: str
    minor: int
    captured_minor: int
    placeholder: bool

    def money(self, minor: int) -> Money:
        return from_minor(minor, self.currency, PLACES.get(self.currency))


@dataclass(frozen=True, slots=True)
class GivenBack:
    id: str
    reference: str | None
    minor: int


def intent(told: Told) -> Intent:
    metadata, taken = told.get("metadata") or {}, told["status"] == "succeeded"
    return Intent(
        id=str(told["id"]),
        reference=metadata.get("reference"),
        state=str(told["status"]),
        created=int(told["created"]),
        currency=str(told["currency"]).upper(),
        minor=int(told["amount"]),
        captured_minor=int(told.get("amount_received", told["amount"])) if taken else 0,
        placeholder="placeholder" in metadata,
    )


def given_back(told: Told) -> GivenBack:
    counts = told["status"] in GIVEN_BACK
    reference = (told.get("metadata") or {}).get("reference")
    return GivenBack(str(told["id"]), reference, int(told["amount"]) if counts else 0)


def standing(intents: Iterable[Intent]) -> Intent | None:
    """The one that is the payment, if any has got so far."""
    reached = [intent for intent in intents if intent.state in STANDING]
    return max(
        reached, key=lambda one: (STANDING.index(one.state), not one.placeholder), default=None
    )


def payment(payment_id: str, intent: Intent, refunded_minor: int) -> Payment:
    return Payment(
        id=payment_id,
        status=STATES[intent.state],
        amount=intent.money(intent.minor),
        captured=intent.money(intent.captured_minor),
        refunded=intent.money(refunded_minor),
    )


def minor_units(amount: Money) -> int:
    minor = to_minor(amount, places=PLACES.get(amount.currency))
    if minor < 1:
        raise Rejected(errors=[at("/amount/amount", "more than nothing is needed")])
    if decimals(amount.currency) == 3 and minor % 10:
        error = at("/amount/amount", f"the last decimal of {amount.currency} has to be 0 here")
        raise Rejected("The payment provider does not count so finely", errors=[error])
    return minor


def key_is_taken(told: Told) -> bool:
    """The idempotency key was used before, with other parameters."""
    return bool(told["error"].get("type") == "idempotency_error")


def declined(reason: str | None) -> Problem:
    error = at("/method/token", DECLINES.get(reason or "", "the bank declined"))
    return Rejected(kind="card-declined", title="The card was declined", errors=[error])


def exceeds(detail: str) -> Problem:
    title = "A refund cannot exceed what was paid and not yet given back"
    errors = [at("/amount/amount", detail)]
    return Rejected(kind="refund-exceeds-payment", title=title, errors=errors)


def refusal(status: int, told: Told) -> Problem:
    error = told["error"]
    code, param = error.get("code"), error.get("param")
    if status == 402:
        return declined(error.get("decline_code") or code)
    if status == 409 or key_is_taken(told):
        return Unavailable("another call about this payment is under way", retry_after=1)
    if status == 404 or (code, param) == ("resource_missing", "payment_method"):
        errors = [at("/method/token", "the payment provider does not know it")]
        return Rejected(
            kind="unknown-payment-method", title="Unknown payment method", errors=errors
        )
    if code == "charge_already_refunded":
        return exceeds("nothing can be given back")
    errors = [at(POINTERS[param], "not acceptable here")] if param in POINTERS else []
    return Rejected("the payment provider does not accept this", errors=errors)
