"""Consents: `{status, ORDERS: {MAIL, TEXT, PUSH, LETTER}, OFFERS: {...}}`, each true or false.

`status` is the account's.
"""

import json

from sandbox.crm import accounts
from sandbox.crm.fields import check_fields, refused, truth
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call
from sandbox.store import Row

WAYS = {"MAIL": truth, "TEXT": truth, "PUSH": truth, "LETTER": truth}
GRANTED: dict[str, dict[str, Json]] = {
    "ORDERS": {"MAIL": True, "TEXT": False, "PUSH": True, "LETTER": True},
    "OFFERS": {"MAIL": False, "TEXT": False, "PUSH": False, "LETTER": False},
}
"""As long as nobody has said anything."""


def get(call: Call) -> Reply:
    row = _account(call)
    return json_reply(200, {"status": row["status"], **_held(row)})


def put(call: Call) -> Reply:
    held = _held(_account(call))
    topics = check_fields(call.body, dict.fromkeys(GRANTED, lambda _value: None), set())
    said = {topic: held[topic] | check_fields(ways, WAYS, set()) for topic, ways in topics.items()}
    change = "UPDATE accounts SET consents = ? WHERE external_ref = ?"
    call.db.execute(change, (json.dumps(held | said), call.args["externalRef"]))
    return get(call)


def _account(call: Call) -> Row:
    row = accounts.row_by_ref(call.db, call.args["externalRef"])
    if row is None:
        raise refused(404, "NOT_FOUND", f"No account for {call.args['externalRef']}")
    return row


def _held(row: Row) -> dict[str, dict[str, Json]]:
    return dict(json.loads(row["consents"])) if row["consents"] else GRANTED
