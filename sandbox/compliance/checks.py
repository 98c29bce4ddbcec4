"""Checks: one for every POST, whatever it refers to; a moment later they are COMPLETED."""

import json
import sqlite3

from sandbox.clock import utc_text
from sandbox.compliance import applicants, rules
from sandbox.compliance.applicants import refused
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call
from sandbox.store import Row, one

RUNNING_SECONDS = 2.0
LONGEST_REFERENCE, LONGEST_CLIENT_DATA = 100, 200

INSERT = """
    INSERT INTO checks (external_reference, client_data, applicant, result, alerts, created_at,
        completed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def create(call: Call) -> Reply:
    match call.body:
        case {"externalReference": str(reference), "applicant": applicant, **rest}:
            client_data = rest.pop("clientData", "")
        case _:
            raise refused(400, "BAD_REQUEST", "Send externalReference and applicant")
    if rest or not isinstance(client_data, str) or len(client_data) > LONGEST_CLIENT_DATA:
        raise refused(400, "BAD_REQUEST", f"clientData is text, up to {LONGEST_CLIENT_DATA}")
    if not 1 <= len(reference) <= LONGEST_REFERENCE:
        raise refused(400, "BAD_REQUEST", f"externalReference: 1 to {LONGEST_REFERENCE}")
    applicant = applicants.check(applicant, call.now)
    result, alerts = rules.judge(applicant, call.now)
    done = call.now + running_seconds(call.db)
    told = (reference, client_data, json.dumps(applicant), result, json.dumps(alerts))
    no = call.db.execute(INSERT, (*told, call.now, done)).lastrowid
    return json_reply(201, shape(require(call.db, check_id(no or 0)), call.now))


def get(call: Call) -> Reply:
    return json_reply(200, shape(require(call.db, call.args["id"]), call.now))


def check_id(no: int) -> str:
    return f"chk_{no:08d}"


def require(db: sqlite3.Connection, id: str) -> Row:
    digits = id.removeprefix("chk_")
    no = int(digits) if digits.isdecimal() and digits.isascii() else 0
    row = one(db, "SELECT * FROM checks WHERE no = ?", no)
    if row is None or check_id(no) != id:
        raise refused(404, "NO_SUCH_CHECK", f"No check {id}")
    return row


def is_done(row: Row, now: float) -> bool:
    return bool(row["completed_at"] <= now)


def shape(row: Row, now: float) -> dict[str, Json]:
    """The applicant is not in it: who sent it knows it."""
    done = is_done(row, now)
    return {
        "checkId": check_id(row["no"]),
        "externalReference": row["external_reference"],
        "clientData": row["client_data"],
        "state": "COMPLETED" if done else "IN_PROGRESS",
        "result": row["result"] if done else None,
        "alerts": json.loads(row["alerts"]) if done else [],
        "createdAt": utc_text(row["created_at"]),
        "completedAt": utc_text(row["completed_at"]) if done else None,
        "resolution": _resolution(row),
    }


def _resolution(row: Row) -> Json:
    if row["verdict"] is None:
        return None
    at = utc_text(row["resolved_at"])
    return {"verdict": row["verdict"], "analyst": row["analyst"], "at": at}


def running_seconds(db: sqlite3.Connection) -> float:
    (seconds,) = db.execute("SELECT running_seconds FROM settings").fetchone()
    return float(seconds)


def set_running_time(db: sqlite3.Connection, order: Json) -> float:
    match order:
        case {"seconds": int() | float() as seconds} if 0 <= seconds <= 3600:
            db.execute("UPDATE settings SET running_seconds = ?", (seconds,))
            return seconds
    raise ValueError("Send seconds, a number from 0 to 3600")


def state(db: sqlite3.Connection, now: float) -> Json:
    rows = db.execute("SELECT * FROM checks ORDER BY no")
    return [shape(row, now) | {"applicant": json.loads(row["applicant"])} for row in rows]
