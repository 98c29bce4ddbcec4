"""A REFER is resolved by a person: the customer's, over the API, or an analyst of the provider."""

import sqlite3

from sandbox.compliance import checks
from sandbox.compliance.applicants import refused
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call
from sandbox.store import Row, one

VERDICTS = ("PASS", "FAIL")
ANALYST = "analyst:in-house"

UPDATE = "UPDATE checks SET verdict = ?, analyst = ?, note = ?, resolved_at = ? WHERE no = ?"
UNRESOLVED = """
    SELECT * FROM checks WHERE external_reference = ? AND result = 'REFER' AND verdict IS NULL
    ORDER BY no
"""


def resolve(call: Call) -> Reply:
    """Once: even the same resolution a second time is refused."""
    row = checks.require(call.db, call.args["id"])
    match call.body:
        case {"verdict": str(verdict), "analyst": str(analyst), "note": str(note)} if (
            verdict in VERDICTS and analyst and note
        ):
            _demand_open(row, call.now)
            call.db.execute(UPDATE, (verdict, analyst, note, call.now, row["no"]))
            return json_reply(200, checks.shape(checks.require(call.db, call.args["id"]), call.now))
    raise refused(400, "BAD_REQUEST", f"Send verdict ({', '.join(VERDICTS)}), analyst and note")


def _demand_open(row: Row, now: float) -> None:
    if row["verdict"] is not None:
        raise refused(409, "ALREADY_RESOLVED", "Somebody resolved it before")
    if not checks.is_done(row, now) or row["result"] != "REFER":
        raise refused(409, "NOT_REFERRED", "There is nothing to resolve")


def resolve_as_analyst(db: sqlite3.Connection, now: float, order: Json) -> Json:
    match order:
        case {"externalReference": str(reference), "verdict": str(verdict)} if verdict in VERDICTS:
            row = one(db, UNRESOLVED, reference)
            if row is None or not checks.is_done(row, now):
                raise ValueError(f"No check of {reference} waits for an analyst")
            db.execute(UPDATE, (verdict, ANALYST, "by control plane", now, row["no"]))
            return checks.shape(checks.require(db, checks.check_id(row["no"])), now)
    raise ValueError(f"Send externalReference and verdict ({', '.join(VERDICTS)})")
