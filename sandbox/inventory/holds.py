"""Holds: `{ref, status, lines: [{article, qty}], expiresAt}`.

HELD -> COMMITTED takes the stock off hand; RELEASED brings it back, also from COMMITTED.
An expired hold may be put again (stock permitting) but not committed. A released ref stays dead.
"""

import json
import sqlite3

from sandbox.clock import utc_text
from sandbox.inventory import stock
from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call, RefusedError
from sandbox.store import Row, one

LONGEST_TTL = 604_800  # seconds, a week

UPSERT = """
    INSERT INTO holds (ref, status, content, expires_at) VALUES (?, 'HELD', ?, ?)
    ON CONFLICT (ref) DO UPDATE SET status = 'HELD', content = excluded.content,
    expires_at = excluded.expires_at
"""
MOVE_STOCK = """
    UPDATE articles SET on_hand = on_hand + ? * hold_lines.qty FROM hold_lines
    WHERE hold_lines.article = articles.article AND hold_lines.ref = ?
"""
OUT, BACK = -1, 1


def refused(status: int, code: str, message: str, **more: Json) -> RefusedError:
    return RefusedError(status, {"code": code, "message": message, **more})


def find(db: sqlite3.Connection, ref: str) -> Row | None:
    return one(db, "SELECT * FROM holds WHERE ref = ?", ref)


def status_at(row: Row, now: float) -> str:
    expired = row["status"] == "HELD" and row["expires_at"] <= now
    return "EXPIRED" if expired else str(row["status"])


def shape(db: sqlite3.Connection, row: Row, now: float) -> Json:
    lines = db.execute(
        "SELECT article, qty FROM hold_lines WHERE ref = ? ORDER BY rowid", (row["ref"],)
    )
    status = status_at(row, now)
    return {
        "ref": row["ref"],
        "status": status,
        "lines": [dict(line) for line in lines],
        "expiresAt": utc_text(row["expires_at"]) if status in ("HELD", "EXPIRED") else None,
    }


def answer(call: Call, status: int = 200) -> Reply:
    row = find(call.db, call.args["ref"])
    if row is None:
        raise refused(404, "NO_HOLD", f"No hold {call.args['ref']}")
    return json_reply(status, shape(call.db, row, call.now))


def get(call: Call) -> Reply:
    return answer(call)


def put(call: Call) -> Reply:
    ref = call.args["ref"]
    lines, ttl = read_order(call.body)
    content = json.dumps([sorted(lines.items()), ttl])
    old = find(call.db, ref)
    if old is not None:
        status = status_at(old, call.now)
        if status == "RELEASED":
            raise refused(409, "RELEASED", f"{ref} was released")
        if old["content"] != content:
            raise refused(409, "OTHER_CONTENT", f"{ref} holds something else")
        if status != "EXPIRED":
            return answer(call)
    check_stock(call, lines)
    call.db.execute(UPSERT, (ref, content, call.now + ttl))
    for line in lines.items():
        call.db.execute(
            "INSERT OR IGNORE INTO hold_lines (ref, article, qty) VALUES (?, ?, ?)", (ref, *line)
        )
    return answer(call, 200 if old else 201)


def check_stock(call: Call, lines: dict[str, int]) -> None:
    levels = {article: stock.level(call.db, article, call.now) for article in lines}
    if unknown := [article for article, row in levels.items() if row is None]:
        raise refused(422, "UNKNOWN_ARTICLE", f"No article {', '.join(unknown)}", articles=unknown)
    available = {article: stock.free(row) for article, row in levels.items() if row is not None}
    short: list[dict[str, Json]] = [
        {"article": article, "requested": qty, "available": available[article]}
        for article, qty in lines.items()
        if qty > available[article]
    ]
    if short:
        names = ", ".join(line["article"] for line in short)
        raise refused(409, "SHORT", f"Not enough of {names}", shortages=short)


def commit(call: Call) -> Reply:
    ref = call.args["ref"]
    row = find(call.db, ref)
    status = status_at(row, call.now) if row else "NONE"
    if status in ("EXPIRED", "RELEASED"):
        raise refused(409, status, f"{ref} is {status.lower()}")
    if status == "HELD":
        call.db.execute(MOVE_STOCK, (OUT, ref))
        call.db.execute("UPDATE holds SET status = 'COMMITTED' WHERE ref = ?", (ref,))
    return answer(call)


def release(call: Call) -> Reply:
    """Always 204. Without a hold it leaves a tombstone, so that a late PUT is refused."""
    ref = call.args["ref"]
    row = find(call.db, ref)
    if row is not None and row["status"] == "COMMITTED":
        call.db.execute(MOVE_STOCK, (BACK, ref))
    tombstone = "INSERT INTO holds (ref, status, content, expires_at) VALUES (?, 'RELEASED', '', 0)"
    call.db.execute(f"{tombstone} ON CONFLICT (ref) DO UPDATE SET status = 'RELEASED'", (ref,))
    return Reply(204)


def read_order(body: Json) -> tuple[dict[str, int], int]:
    """`{lines: [{article, qty}], ttlSeconds}` -> quantities by article, seconds."""
    match body:
        case {"lines": [_, *_] as lines, "ttlSeconds": int(ttl), **rest} if not rest:
            if type(ttl) is int and 1 <= ttl <= LONGEST_TTL:
                return read_lines(lines), ttl
    raise refused(422, "BAD_HOLD", f"Send lines, one or more, and ttlSeconds, 1 to {LONGEST_TTL}")


def read_lines(lines: list[Json]) -> dict[str, int]:
    quantities: dict[str, int] = {}
    for line in lines:
        match line:
            case {"article": str(article), "qty": int(qty), **rest} if (
                not rest and type(qty) is int
            ):
                if qty < 1 or article in quantities:
                    raise refused(422, "BAD_HOLD", f"{article}: qty from 1, each article once")
                quantities[article] = qty
            case _:
                raise refused(422, "BAD_HOLD", "A line is {article, qty}, qty an integer")
    return quantities


def state(db: sqlite3.Connection, now: float) -> Json:
    rows = db.execute("SELECT * FROM holds ORDER BY rowid").fetchall()
    return {row["ref"]: shape(db, row, now) for row in rows}
