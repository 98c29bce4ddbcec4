"""Stripe's errors: `{"error": {type, message, code?, decline_code?, param?, payment_intent?}}`."""

from typing import NamedTuple

from sandbox.messages import Json
from sandbox.rest import RefusedError


class BadParameterError(RefusedError):
    """Nothing has begun: an idempotency key does not remember this answer."""


def error_body(message: str, *, type: str = "invalid_request_error", **details: Json) -> Json:
    told = {name: value for name, value in details.items() if value is not None}
    return {"error": {"type": type, "message": message, **told}}


def stripe_error(status: int, message: str, **details: Json) -> RefusedError:
    return RefusedError(status, error_body(message, **details))


def bad_parameter(message: str, param: str, code: str | None = None) -> BadParameterError:
    return BadParameterError(400, error_body(message, param=param, code=code))


def no_such(kind: str, id: str, param: str, status: int = 404) -> RefusedError:
    return stripe_error(status, f"No such {kind}: '{id}'", code="resource_missing", param=param)


def general_error(status: int, message: str) -> Json:
    kind = "invalid_request_error" if status < 500 else "api_error"
    return error_body(message, type=kind, code="rate_limit" if status == 429 else None)


class Decline(NamedTuple):
    code: str
    decline_code: str
    message: str


# Stripe's test payment methods (https://docs.stripe.com/testing); None: the bank agrees.
PAYMENT_METHODS: dict[str, Decline | None] = {
    "pm_card_visa": None,
    "pm_card_mastercard": None,
    "pm_card_chargeDeclined": Decline(
        "card_declined", "generic_decline", "Your card was declined."
    ),
    "pm_card_chargeDeclinedInsufficientFunds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "pm_card_chargeDeclinedExpiredCard": Decline(
        "expired_card", "expired_card", "Your card has expired."
    ),
}
