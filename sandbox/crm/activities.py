"""Activities: `{id, clientId, accountId, kind, summary, occurredAt}`, newest first."""

import re
import sqlite3
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from sandbox.crm import accounts
from sandbox.crm.fields import check_fields, epoch_ms, one_of, refused, text
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call
from sandbox.seed import Seed
from sandbox.store import Row, one

FIELDS = {
    "kind": one_of("call", "email", "meeting", "note"),
    "summary": text(200),
    "occurredAt": epoch_ms,
}
DAY_MS = 86_400_000
TEN_O_CLOCK_MS = 36_000_000

INSERT = """
    INSERT INTO activities (account, client_id, kind, summary, occurred_at)
    VALUES (:account, :clientId, :kind, :summary, :occurredAt)
"""
PAGE = """
    SELECT * FROM activities WHERE account = ? AND (occurred_at, no) < (?, ?)
    ORDER BY occurred_at DESC, no DESC LIMIT ?
"""


def shape(row: Row) -> dict[str, Json]:
    return {
        "id": f"act_{row['no']:06d}",
        "clientId": row["client_id"],
        "accountId": accounts.account_id(row["account"]),
        "kind": row["kind"],
        "summary": row["summary"],
        "occurredAt": row["occurred_at"],
    }


def put(call: Call) -> Reply:
    """The same again answers 200; other content under the same clientId is refused."""
    account, client_id = accounts.require(call.db, call.args["id"])["no"], call.args["clientId"]
    fields = check_fields(call.body, FIELDS, set(FIELDS))
    known = find(call.db, account, client_id)
    if known is None:
        call.db.execute(INSERT, fields | {"account": account, "clientId": client_id})
        return json_reply(201, find(call.db, account, client_id))
    if known != known | fields:
        raise refused(409, "ACTIVITY_EXISTS", f"{client_id} is another activity already")
    return json_reply(200, known)


def find(db: sqlite3.Connection, account: int, client_id: str) -> dict[str, Json] | None:
    row = one(
        db, "SELECT * FROM activities WHERE account = ? AND client_id = ?", account, client_id
    )
    return shape(row) if row else None


def listing(call: Call) -> Reply:
    account = accounts.require(call.db, call.args["id"])["no"]
    limit, start = _limit(call.query.get("limit", "20")), _position(call.query.get("cursor"))
    rows = call.db.execute(PAGE, (account, *start, limit + 1)).fetchall()
    page = rows[:limit]
    cursor = _cursor(page[-1]) if len(rows) > limit else None
    return json_reply(200, {"data": [shape(row) for row in page], "nextCursor": cursor})


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 100):
        raise refused(400, "BAD_REQUEST", "limit is an integer from 1 to 100")
    return int(text)


def _cursor(row: Row) -> str:
    return urlsafe_b64encode(f"{row['occurred_at']}:{row['no']}".encode()).decode()


def _position(cursor: str | None) -> tuple[int, int]:
    """The place after which a page starts: (occurredAt, no)."""
    if cursor is None:
        return 2**62, 0
    try:
        text = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
    except ValueError:
        text = ""
    match = re.fullmatch(r"(\d{1,15}):(\d{1,15})", text)
    if match is None:
        raise refused(400, "BAD_CURSOR", "cursor is not one of ours")
    return int(match[1]), int(match[2])


def state(db: sqlite3.Connection) -> Json:
    return [shape(row) for row in db.execute("SELECT * FROM activities ORDER BY no")]


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    """`daysAgo` counts from today at ten, so that two sandboxes of one day agree."""
    today = int(time.time()) * 1000 // DAY_MS * DAY_MS + TEN_O_CLOCK_MS
    for number, activity in enumerate(seed.activities, 1):
        row = {
            "account": accounts.number(db, activity["customer"]),
            "clientId": f"seed-{number}",
            "kind": activity["type"],
        }
        row |= {"summary": activity["subject"], "occurredAt": today - activity["daysAgo"] * DAY_MS}
        db.execute(INSERT, row)
