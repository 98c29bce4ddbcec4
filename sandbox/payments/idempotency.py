"""`Idempotency-Key` as Stripe keeps it: the first outcome for good, declines and refusals included.

A reply is kept in the transaction of its effect. A request whose parameters failed their check
began nothing, so nothing is kept. https://docs.stripe.com/api/idempotent_requests
"""

import json

from sandbox.messages import Reply
from sandbox.payments.errors import BadParameterError, stripe_error
from sandbox.rest import Call, Handler, RefusedError
from sandbox.store import Row, one

ONLY = "Keys for idempotent requests can only be used"


def outcome(handler: Handler, call: Call) -> Reply:
    """A refusal is an outcome, not a rollback: the intent of a declined card stays."""
    try:
        return handler(call)
    except BadParameterError:
        raise
    except RefusedError as refused:
        return refused.reply


def once(key: str, path: str, handler: Handler, call: Call) -> Reply:
    params = json.dumps(call.body, sort_keys=True)
    kept = one(call.db, "SELECT * FROM idempotency WHERE key = ?", key)
    if kept is not None:
        return replayed(kept, path, params)
    reply = outcome(handler, call)
    row = (key, path, params, reply.status, reply.body)
    call.db.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)", row)
    return reply


def replayed(kept: Row, path: str, params: str) -> Reply:
    if kept["path"] != path:
        raise _misused(kept, f"for the same endpoint they were first used for ('{kept['path']}')")
    if kept["params"] != params:
        raise _misused(kept, "with the same parameters they were first used with")
    headers = {"content-type": "application/json", "idempotent-replayed": "true"}
    return Reply(kept["status"], kept["body"], headers)


def _misused(kept: Row, how: str) -> RefusedError:
    advice = (
        f"Try using a key other than '{kept['key']}' if you meant to execute a different request."
    )
    return stripe_error(400, f"{ONLY} {how}. {advice}", type="idempotency_error")
