"""Consents: `{ORDERS: {MAIL, TEXT, PUSH, LETTER}, OFFERS: {...}}`, each true or false."""

import json

from sandbox.crm import accounts
from sandbox.crm.fields import check_fields, refused, truth
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call

WAYS = {"MAIL": truth, "TEXT": truth, "PUSH": truth, "LETTER": truth}
GRANTED = {
    "ORDERS": {"MAIL": True, "TEXT": False, "PUSH": True, "LETTER": True},
    "OFFERS": {"MAIL": False, "TEXT": False, "PUSH": False, "LETTER": False},
}
"""As long as nobody has said anything."""


def get(call: Call) -> Reply:
    return json_reply(200, _held(call))


def put(call: Call) -> Reply:
    held = _held(call)
    topics = check_fields(call.body, dict.fromkeys(GRANTED, lambda _value: None), set())
    said = {topic: held[topic] | check_fields(ways, WAYS, set()) for topic, ways in topics.items()}
    change = "UPDATE accounts SET consents = ? WHERE external_ref = ?"
    call.db.execute(change, (json.dumps(held | said), call.args["externalRef"]))
    return json_reply(200, held | said)


def _held(call: Call) -> dict[str, dict[str, Json]]:
    row = accounts.row_by_ref(call.db, call.args["externalRef"])
    if row is None:
        raise refused(404, "NOT_FOUND", f"No account for {call.args['externalRef']}")
    return dict(json.loads(row["consents"] or json.dumps(GRANTED)))
