"""Refunds: never more than was captured."""

import json
import sqlite3

from sandbox.messages import Json, Reply, json_reply
from sandbox.payments import intents, params
from sandbox.payments.errors import no_such, stripe_error
from sandbox.rest import Call
from sandbox.store import Row, one

CREATE = {
    "payment_intent": params.text,
    "amount": params.minor_units,
    "reason": params.one_of("duplicate", "fraudulent", "requested_by_customer"),
    "metadata": params.string_map,
}
SYMBOLS = {"eur": "€", "gbp": "£", "usd": "$"}

INSERT = """
    INSERT INTO refunds (intent, charge, created, amount, reason, metadata)
    VALUES (:intent, :charge, :created, :amount, :reason, :metadata)
"""
SELECT = "SELECT refunds.*, currency FROM refunds JOIN intents ON intents.no = intent"


def shape(row: Row) -> Json:
    return {
        "id": f"re_{row['no']:012d}",
        "object": "refund",
        "amount": row["amount"],
        "charge": intents.charge_id(row["charge"]),
        "created": row["created"],
        "currency": row["currency"],
        "metadata": json.loads(row["metadata"]),
        "payment_intent": intents.intent_id(row["intent"]),
        "reason": row["reason"],
        "status": "succeeded",
    }


def create(call: Call) -> Reply:
    asked = params.read_params(call.body, CREATE, required=("payment_intent",))
    intent = intents.require(call.db, asked["payment_intent"], "payment_intent")
    amount = asked.get("amount", left := refundable(call.db, intent))
    check(intent, amount, left)
    row = {"intent": intent["no"], "charge": intent["latest_charge"], "created": int(call.now)}
    row |= {"amount": amount, "reason": asked.get("reason")}
    row |= {"metadata": json.dumps(asked.get("metadata", {}), sort_keys=True)}
    no = call.db.execute(INSERT, row).lastrowid
    return json_reply(
        200, shape(call.db.execute(f"{SELECT} WHERE refunds.no = ?", (no,)).fetchone())
    )


def refundable(db: sqlite3.Connection, intent: Row) -> int:
    total = "SELECT coalesce(sum(amount), 0) FROM refunds WHERE intent = ?"
    return int(intent["amount_received"] - db.execute(total, (intent["no"],)).fetchone()[0])


def check(intent: Row, amount: int, left: int) -> None:
    if intent["amount_received"] == 0:
        id = intents.intent_id(intent["no"])
        message = f"This PaymentIntent ({id}) does not have a successful charge to refund."
        raise stripe_error(400, message, param="payment_intent")
    if left == 0:
        charge = intents.charge_id(intent["latest_charge"])
        message = f"Charge {charge} has already been refunded."
        raise stripe_error(400, message, code="charge_already_refunded")
    if amount > left:
        asked, rest = money(amount, intent["currency"]), money(left, intent["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise stripe_error(400, message, param="amount")


def money(amount: int, currency: str) -> str:
    return f"{SYMBOLS.get(currency, currency.upper() + ' ')}{amount / 100:,.2f}"


def get(call: Call) -> Reply:
    id = call.args["id"]
    digits = id.removeprefix("re_")
    no = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) == 12 else 0
    row = one(call.db, f"{SELECT} WHERE refunds.no = ?", no)
    if row is None:
        raise no_such("refund", id, "id")
    return json_reply(200, shape(row))


def listing(call: Call) -> Reply:
    """Those of `payment_intent`, or all; newest first."""
    readers = {"payment_intent": params.text, "limit": params.page_size}
    asked = params.read_params(call.query, readers)
    id, limit = asked.get("payment_intent"), asked.get("limit", 10)
    no = intents.require(call.db, id, "payment_intent")["no"] if id else None
    rows = of(call.db, no)[::-1]
    envelope = {"object": "list", "url": "/v1/refunds", "has_more": len(rows) > limit}
    return json_reply(200, envelope | {"data": rows[:limit]})


def of(db: sqlite3.Connection, intent: int | None) -> list[Json]:
    """The oldest first; None: of every intent."""
    rows = db.execute(f"{SELECT} WHERE ?1 IS NULL OR intent = ?1 ORDER BY refunds.no", (intent,))
    return [shape(row) for row in rows]
