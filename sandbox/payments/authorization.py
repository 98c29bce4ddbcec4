"""Asking the bank for money: create and confirm."""

import json

from sandbox.messages import Reply
from sandbox.payments import params
from sandbox.payments.errors import PAYMENT_METHODS, Decline, error_body, no_such, stripe_error
from sandbox.payments.intents import (
    answer,
    charge_id,
    intent_id,
    require,
    shape,
    unexpected_state,
    update,
)
from sandbox.rest import Call, RefusedError

CREATE = {
    "amount": params.minor_units,
    "currency": params.currency,
    "payment_method": params.text,
    "capture_method": params.one_of("automatic", "automatic_async", "manual"),
    "confirm": params.boolean,
    "description": params.text,
    "customer": params.text,
    "receipt_email": params.text,
    "metadata": params.string_map,
    # Taken and ignored: they choose among flows the sandbox does not have.
    "payment_method_types": params.anything,
    "automatic_payment_methods": params.anything,
    "off_session": params.anything,
    "return_url": params.anything,
}
INSERT = """
    INSERT INTO intents (created, amount, currency, status, capture_method, payment_method,
        description, customer, receipt_email)
    VALUES (:created, :amount, :currency, :status, :capture_method, :payment_method,
        :description, :customer, :receipt_email)
"""


def create(call: Call) -> Reply:
    asked = params.read_params(call.body, CREATE, required=("amount", "currency"))
    method = known_method(asked.get("payment_method"))
    if asked.get("confirm") and method is None:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise stripe_error(400, message, code="payment_intent_unexpected_state")
    row = dict.fromkeys(CREATE) | {"capture_method": "automatic", "created": int(call.now)} | asked
    row["status"] = "requires_confirmation" if method else "requires_payment_method"
    no = int(call.db.execute(INSERT, row).lastrowid or 0)
    for pair in asked.get("metadata", {}).items():
        call.db.execute("INSERT INTO intent_metadata VALUES (?, ?, ?)", (no, *pair))
    if asked.get("confirm") and method:
        authorize(call, no, method)
    return answer(call, no)


def confirm(call: Call) -> Reply:
    asked = params.read_params(call.body, {"payment_method": params.text})
    row = require(call.db, call.args["id"])
    method = known_method(asked.get("payment_method", row["payment_method"]))
    confirmable = ("requires_payment_method", "requires_confirmation")
    if row["status"] not in confirmable or method is None:
        doing = f"You cannot confirm this PaymentIntent because it has a status of {row['status']}."
        raise unexpected_state(call, row, doing)
    authorize(call, row["no"], method)
    return answer(call, row["no"])


def known_method(method: str | None) -> str | None:
    if method is not None and method not in PAYMENT_METHODS:
        raise no_such("PaymentMethod", method, "payment_method", status=400)
    return method


def authorize(call: Call, no: int, method: str) -> None:
    """Ask the bank. A decline stays written: the intent waits for another payment method."""
    charge = call.db.execute("INSERT INTO charges DEFAULT VALUES").lastrowid
    update(call.db, no, latest_charge=charge, payment_method=method, last_payment_error=None)
    if decline := PAYMENT_METHODS[method]:
        raise declined(call, no, decline)
    row = require(call.db, intent_id(no))
    if row["capture_method"] == "manual":
        update(call.db, no, status="requires_capture", amount_capturable=row["amount"])
    else:
        update(call.db, no, status="succeeded", amount_received=row["amount"])


def declined(call: Call, no: int, decline: Decline) -> RefusedError:
    error = error_body(type="card_error", **decline._asdict())["error"]
    failure = json.dumps(error)
    update(
        call.db,
        no,
        status="requires_payment_method",
        payment_method=None,
        last_payment_error=failure,
    )
    row = require(call.db, intent_id(no))
    error["charge"] = charge_id(row["latest_charge"])
    return RefusedError(402, {"error": error | {"payment_intent": shape(call.db, row)}})
