"""Payment intents as kept and as told.

requires_payment_method | requires_confirmation -> requires_capture -> succeeded,
and canceled from each of these but the last.
"""

import json
import sqlite3
from typing import Any

from sandbox.messages import Json, Reply, json_reply
from sandbox.payments import params
from sandbox.payments.errors import no_such, stripe_error
from sandbox.rest import Call, RefusedError
from sandbox.store import Row, one

PAGE = "SELECT * FROM intents WHERE no < ? ORDER BY no DESC LIMIT ?"
# Columns that are told under their own name.
PLAIN = (
    "amount",
    "amount_capturable",
    "amount_received",
    "canceled_at",
    "cancellation_reason",
    "capture_method",
    "created",
    "currency",
    "customer",
    "description",
    "payment_method",
    "receipt_email",
    "status",
)


def intent_id(no: int) -> str:
    return f"pi_{no:012d}"


def charge_id(no: int | None) -> str | None:
    return None if no is None else f"ch_{no:012d}"


def metadata(db: sqlite3.Connection, no: int) -> dict[str, str]:
    rows = db.execute(
        "SELECT name, value FROM intent_metadata WHERE intent = ? ORDER BY name", (no,)
    )
    return {row["name"]: row["value"] for row in rows}


def shape(db: sqlite3.Connection, row: Row) -> dict[str, Json]:
    id, failure = intent_id(row["no"]), row["last_payment_error"]
    return {
        "id": id,
        "object": "payment_intent",
        **{name: row[name] for name in PLAIN},
        "client_secret": f"{id}_secret_sandbox",
        "confirmation_method": "automatic",
        "last_payment_error": json.loads(failure) if failure else None,
        "latest_charge": charge_id(row["latest_charge"]),
        "livemode": False,
        "metadata": metadata(db, row["no"]),
        "next_action": None,
        "payment_method_types": ["card"],
    }


def require(db: sqlite3.Connection, id: str, param: str = "intent") -> Row:
    digits = id.removeprefix("pi_")
    no = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) == 12 else 0
    row = one(db, "SELECT * FROM intents WHERE no = ?", no)
    if row is None or intent_id(no) != id:
        raise no_such("payment_intent", id, param)
    return row


def answer(call: Call, no: int) -> Reply:
    return json_reply(200, shape(call.db, require(call.db, intent_id(no))))


def get(call: Call) -> Reply:
    return answer(call, require(call.db, call.args["id"])["no"])


def listing(call: Call) -> Reply:
    """Newest first, `limit` 10 by default, after `starting_after`."""
    readers = {"limit": params.page_size, "starting_after": params.text}
    asked = params.read_params(call.query, readers)
    start, limit = asked.get("starting_after"), asked.get("limit", 10)
    before = require(call.db, start, "starting_after")["no"] if start else 2**62
    rows = call.db.execute(PAGE, (before, limit + 1)).fetchall()
    page = [shape(call.db, row) for row in rows[:limit]]
    envelope = {"object": "list", "url": "/v1/payment_intents", "has_more": len(rows) > limit}
    return json_reply(200, envelope | {"data": page})


def update(db: sqlite3.Connection, no: int, **columns: Any) -> None:
    pairs = ", ".join(f"{name} = ?" for name in columns)
    # S608: the column names are written in this file.
    db.execute(f"UPDATE intents SET {pairs} WHERE no = ?", (*columns.values(), no))  # noqa: S608


def unexpected_state(call: Call, row: Row, message: str) -> RefusedError:
    code, intent = "payment_intent_unexpected_state", shape(call.db, row)
    return stripe_error(400, message, code=code, payment_intent=intent)
