"""Goods that came in: `{ref, lines: [{article, qty}], receivedAt}`, on hand from then on."""

import json
import sqlite3

from sandbox.clock import utc_text
from sandbox.inventory import holds, stock
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call
from sandbox.store import Row, one

BY_REF = "SELECT * FROM receipts WHERE ref = ?"
INSERT = "INSERT INTO receipts (ref, content, received_at) VALUES (?, ?, ?)"
ADD = "UPDATE articles SET on_hand = on_hand + ? WHERE article = ?"


def get(call: Call) -> Reply:
    row = one(call.db, BY_REF, call.args["ref"])
    if row is None:
        raise holds.refused(404, "NO_RECEIPT", f"No receipt {call.args['ref']}")
    return json_reply(200, shape(row))


def put(call: Call) -> Reply:
    """Doing it again is fine."""
    ref, lines = call.args["ref"], read_receipt(call.body)
    content = json.dumps(sorted(lines.items()))
    old = one(call.db, BY_REF, ref)
    if old is not None and old["content"] != content:
        raise holds.refused(409, "OTHER_CONTENT", f"{ref} received something else")
    if old is not None:
        return json_reply(200, shape(old))
    check_articles(call, lines)
    call.db.execute(INSERT, (ref, content, call.now))
    call.db.executemany(ADD, [(qty, article) for article, qty in lines.items()])
    return json_reply(201, shape(call.db.execute(BY_REF, (ref,)).fetchone()))


def check_articles(call: Call, lines: dict[str, int]) -> None:
    unknown: list[Json] = [a for a in lines if stock.level(call.db, a, call.now) is None]
    if unknown:
        message = f"No article {', '.join(map(str, unknown))}"
        raise holds.refused(422, "UNKNOWN_ARTICLE", message, articles=unknown)


def read_receipt(body: Json) -> dict[str, int]:
    """`{lines: [{article, qty}]}` -> quantities by article."""
    match body:
        case {"lines": [_, *_] as lines, **rest} if not rest:
            return holds.read_lines(lines)
    raise holds.refused(422, "BAD_RECEIPT", "Send lines, one or more")


def shape(row: Row) -> Json:
    lines = [{"article": article, "qty": qty} for article, qty in json.loads(row["content"])]
    return {"ref": row["ref"], "lines": lines, "receivedAt": utc_text(row["received_at"])}


def state(db: sqlite3.Connection) -> Json:
    rows = db.execute("SELECT * FROM receipts ORDER BY rowid").fetchall()
    return {row["ref"]: shape(row) for row in rows}
