"""Events: what has become of an intent, as told to one endpoint, signed with its secret.

Unlike Stripe's, the object in an event is as it is when the event is sent, and `metadata` is only in
the intent's own. `POST /_sandbox/webhook` says where to; without one nothing is sent.
"""

import hmac
import json
import sqlite3
import time

from sandbox.messages import Json
from sandbox.payments import intents
from sandbox.store import Row

SINCE = "SELECT * FROM events WHERE no > ? ORDER BY no"


def event_id(no: int) -> str:
    return f"evt_{no:012d}"


def shape(db: sqlite3.Connection, row: Row) -> Json:
    return {
        "id": event_id(row["no"]),
        "object": "event",
        "api_version": "2024-06-20",
        "created": row["created"],
        "data": {"object": about(db, row)},
        "livemode": False,
        "type": row["type"],
    }


def about(db: sqlite3.Connection, row: Row) -> Json:
    intent = db.execute("SELECT * FROM intents WHERE no = ?", (row["intent"],)).fetchone()
    if row["type"].startswith("payment_intent."):
        return intents.shape(db, intent)
    kind = "dispute" if row["type"].startswith("charge.dispute.") else "charge"
    return {
        "id": f"{'dp' if kind == 'dispute' else 'ch'}_{row['no']:012d}",
        "object": kind,
        "amount": intent["amount"],
        "currency": intent["currency"],
        "metadata": {},
        "payment_intent": intents.intent_id(intent["no"]),
    }


def dispute(db: sqlite3.Connection, order: Json) -> Json:
    """`{"intent", "closed": false}`: the customer's bank wants the money back, or has decided."""
    match order:
        case {"intent": str(id), **rest} if rest.keys() <= {"closed"}:
            kind = "closed" if rest.get("closed") else "created"
            row = (f"charge.dispute.{kind}", intents.require(db, id)["no"])
            no = db.execute("INSERT INTO events (type, intent) VALUES (?, ?)", row).lastrowid
            return {"event": event_id(int(no or 0))}
    raise ValueError('Send {"intent": "pi_…", "closed": false}')


def headers(secret: str, body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return {"content-type": "application/json", "stripe-signature": f"t={stamp},v1={digest}"}


def state(db: sqlite3.Connection) -> list[Json]:
    return [shape(db, row) for row in db.execute(SINCE, (0,)).fetchall()]


def written(event: Json) -> bytes:
    return json.dumps(event, indent=2).encode()
