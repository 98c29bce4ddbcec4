"""Stock per article: `{article, description, onHand, held, free}`; free is what can be promised."""

import sqlite3

from sandbox.messages import Json, Reply, json_reply
from sandbox.rest import Call, RefusedError
from sandbox.seed import Seed
from sandbox.store import Row, one

LEVELS = """
    SELECT article, description, on_hand,
        (SELECT coalesce(sum(qty), 0) FROM hold_lines l JOIN holds USING (ref)
            WHERE l.article = a.article AND status = 'HELD' AND expires_at > ?) AS held,
        (SELECT coalesce(sum(qty), 0) FROM hold_lines l JOIN holds USING (ref)
            WHERE l.article = a.article AND status = 'COMMITTED') AS committed
    FROM articles a
"""


def level(db: sqlite3.Connection, article: str, now: float) -> Row | None:
    return one(db, f"{LEVELS} WHERE article = ?", now, article)


def free(row: Row) -> int:
    return int(row["on_hand"] - row["held"])


def shape(row: Row) -> Json:
    return {
        "article": row["article"],
        "description": row["description"],
        "onHand": row["on_hand"],
        "held": row["held"],
        "free": free(row),
    }


def get(call: Call) -> Reply:
    article = call.args["article"]
    row = level(call.db, article, call.now)
    if row is None:
        raise RefusedError(404, {"code": "NO_ARTICLE", "message": f"No article {article}"})
    return json_reply(200, shape(row))


def many(call: Call) -> Reply:
    """`?articles=a,b`, answered in the order asked."""
    asked = list(dict.fromkeys(filter(None, call.query.get("articles", "").split(","))))
    if not asked:
        raise RefusedError(
            400, {"code": "BAD_REQUEST", "message": "Name the articles: ?articles=a,b"}
        )
    rows = {article: level(call.db, article, call.now) for article in asked}
    items = [shape(row) for row in rows.values() if row]
    return json_reply(200, {"items": items, "unknown": [name for name in asked if not rows[name]]})


def state(db: sqlite3.Connection, now: float) -> Json:
    rows = db.execute(f"{LEVELS} ORDER BY article", (now,))
    names = ("on_hand", "held", "committed")
    return {row["article"]: {name: row[name] for name in names} for row in rows}


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    for product in seed.products:
        row = (product["sku"], product["name"], product["stock"])
        db.execute("INSERT INTO articles (article, description, on_hand) VALUES (?, ?, ?)", row)
