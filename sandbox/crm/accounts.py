"""Accounts: `{id, externalRef, displayName, mail, phone, tier, status, modifiedAt}`."""

import sqlite3

from sandbox.crm.fields import check_fields, one_of, or_null, refused, text
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call
from sandbox.seed import Seed
from sandbox.store import Row, one

TIERS = {"gold": "GOLD", "standard": "BASIC", "business": "CORPORATE"}  # seed segment -> tier

FIELDS = {
    "displayName": text(120),
    "mail": text(254, r"[^@\s]+@[^@\s]+"),
    "phone": or_null(text(40)),
    "tier": one_of(*TIERS.values()),
}

INSERT = """
    INSERT INTO accounts (external_ref, display_name, mail, phone, tier, modified_ms)
    VALUES (:externalRef, :displayName, :mail, :phone, :tier, :modifiedAt)
"""
UPDATE = """
    UPDATE accounts SET display_name = :displayName, mail = :mail, phone = :phone, tier = :tier,
    modified_ms = :modifiedAt WHERE external_ref = :externalRef
"""
CLOSE = """
    INSERT INTO accounts (external_ref, display_name, mail, tier, status, modified_ms)
    VALUES (:externalRef, '', '', 'BASIC', 'CLOSED', :now) ON CONFLICT (external_ref) DO UPDATE
    SET display_name = '', mail = '', phone = NULL, consents = NULL, status = 'CLOSED',
    modified_ms = :now
"""
# Query parameter -> the statement it means; the CRM searches by one of them at a time.
SEARCHES = {
    "externalRef": "SELECT * FROM accounts WHERE external_ref = ? ORDER BY no",
    "email": "SELECT * FROM accounts WHERE lower(mail) = lower(?) ORDER BY no",
}


def account_id(no: int) -> str:
    return f"acc_{no:06d}"


def shape(row: Row) -> dict[str, Json]:
    return {
        "id": account_id(row["no"]),
        "externalRef": row["external_ref"],
        "displayName": row["display_name"],
        "mail": row["mail"],
        "phone": row["phone"],
        "tier": row["tier"],
        "status": row["status"],
        "modifiedAt": row["modified_ms"],
    }


def require(db: sqlite3.Connection, id: str) -> Row:
    digits = id.removeprefix("acc_")
    no = int(digits) if digits.isdecimal() and digits.isascii() else 0
    row = one(db, "SELECT * FROM accounts WHERE no = ?", no)
    if row is None or account_id(no) != id:
        raise refused(404, "NOT_FOUND", f"No account {id}")
    return row


def row_by_ref(db: sqlite3.Connection, external_ref: str) -> Row | None:
    return one(db, SEARCHES["externalRef"], external_ref)


def by_ref(db: sqlite3.Connection, external_ref: str) -> dict[str, Json] | None:
    row = row_by_ref(db, external_ref)
    return shape(row) if row else None


def number(db: sqlite3.Connection, external_ref: str) -> int:
    row = row_by_ref(db, external_ref)
    if row is None:
        raise KeyError(external_ref)
    return int(row["no"])


def get(call: Call) -> Reply:
    return json_reply(200, shape(require(call.db, call.args["id"])))


def find(call: Call) -> Reply:
    if len(call.query) != 1 or not call.query.keys() <= SEARCHES.keys():
        raise refused(400, "BAD_REQUEST", f"Search by one of {', '.join(SEARCHES)}")
    [(name, value)] = call.query.items()
    rows = call.db.execute(SEARCHES[name], (value,))
    return json_reply(200, {"data": [shape(row) for row in rows], "nextCursor": None})


def upsert(call: Call) -> Reply:
    external_ref = call.args["externalRef"]
    old = by_ref(call.db, external_ref)
    fields = check_fields(call.body, FIELDS, set() if old else {"displayName", "mail"})
    base = old or {"externalRef": external_ref, "phone": None, "tier": "BASIC"}
    new = base | fields
    if new != old:
        new["modifiedAt"] = int(call.now * 1000)
        call.db.execute(UPDATE if old else INSERT, new)
    return json_reply(200 if old else 201, by_ref(call.db, external_ref))


def close(call: Call) -> Reply:
    """For good. It is emptied, and its activities go; one that is not there is made closed."""
    external_ref = call.args["externalRef"]
    call.db.execute(CLOSE, {"externalRef": external_ref, "now": int(call.now * 1000)})
    account = number(call.db, external_ref)
    call.db.execute("DELETE FROM activities WHERE account = ?", (account,))
    return Reply(204)


def state(db: sqlite3.Connection) -> Json:
    return [shape(row) for row in db.execute("SELECT * FROM accounts ORDER BY no")]


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    for customer in seed.customers:
        row = {"externalRef": customer["id"], "displayName": customer["name"]}
        row |= {"mail": customer["email"], "phone": customer["phone"]}
        db.execute(INSERT, row | {"tier": TIERS[customer["segment"]], "modifiedAt": 0})
