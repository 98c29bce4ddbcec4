"""Taking authorised money, or letting it go."""

from sandbox.messages import Reply
from sandbox.payments import params
from sandbox.payments.errors import stripe_error
from sandbox.payments.intents import answer, require, unexpected_state, update
from sandbox.rest import Call, RefusedError
from sandbox.store import Row

REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
UNCAPTURED = ("requires_payment_method", "requires_capture", "requires_confirmation")


def capture(call: Call) -> Reply:
    asked = params.read_params(call.body, {"amount_to_capture": params.minor_units})
    row = require(call.db, call.args["id"])
    if row["status"] != "requires_capture":
        raise not_capturable(call, row)
    amount = asked.get("amount_to_capture", row["amount_capturable"])
    if amount > row["amount_capturable"]:
        message = (
            "The payment could not be captured because the requested capture amount is greater"
            " than the amount you can capture for this charge."
        )
        raise stripe_error(400, message, code="amount_too_large", param="amount_to_capture")
    update(call.db, row["no"], status="succeeded", amount_capturable=0, amount_received=amount)
    return answer(call, row["no"])


def not_capturable(call: Call, row: Row) -> RefusedError:
    why = "it has already been captured."
    if row["status"] != "succeeded":
        why = (
            f"it has a status of {row['status']}. Only a PaymentIntent with one of the following"
            " statuses may be captured: requires_capture."
        )
    return unexpected_state(call, row, f"This PaymentIntent could not be captured because {why}")


def cancel(call: Call) -> Reply:
    asked = params.read_params(call.body, {"cancellation_reason": params.one_of(*REASONS)})
    row = require(call.db, call.args["id"])
    if row["status"] not in UNCAPTURED:
        message = (
            f"You cannot cancel this PaymentIntent because it has a status of {row['status']}. Only"
            " a PaymentIntent with one of the following statuses may be canceled:"
            f" {', '.join(UNCAPTURED)}, requires_action."
        )
        raise unexpected_state(call, row, message)
    reason, at = asked.get("cancellation_reason"), int(call.now)
    update(call.db, row["no"], status="canceled", amount_capturable=0)
    update(call.db, row["no"], canceled_at=at, cancellation_reason=reason)
    return answer(call, row["no"])
