"""Queries, answered page by page; what is left of one waits under a locator."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sandbox.messages import Json
from sandbox.salesforce import soql
from sandbox.salesforce.errors import SalesforceError, malformed
from sandbox.salesforce.settings import setting
from sandbox.salesforce.sobjects import CHECKBOXES, MOMENTS, TABLES
from sandbox.store import Row, one

ARCHIVED_AFTER = timedelta(days=365)
LIVE = "NOT IsDeleted"
NOT_ARCHIVED = "NOT (Status IS 'Completed' AND coalesce(ActivityDate, '9') <= '{day}')"


def run(db: sqlite3.Connection, now: float, text: str | None, *, everything: bool) -> Json:
    """`everything`: the archived and the deleted too, as queryAll has them."""
    if not text:
        raise malformed("SOQL statements cannot be empty or null")
    select = soql.read(db, text)
    shown = "1" if everything else _shown(select.sobject, now)
    # S608: made of our own columns; the values are bound.
    statement = (
        f"SELECT * FROM {TABLES[select.sobject]} WHERE {select.where} AND {shown}"  # noqa: S608
        f" ORDER BY {select.order} LIMIT {select.limit}"
    )
    rows = db.execute(statement, select.values).fetchall()
    return _page(db, [_record(select, row) for row in rows], len(rows))


def more(db: sqlite3.Connection, locator: str) -> Json:
    row = one(db, "SELECT * FROM locators WHERE id = ?", locator)
    if row is None:
        raise SalesforceError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    db.execute("DELETE FROM locators WHERE id = ?", (locator,))
    held = json.loads(row["rows"])
    return _page(db, held["rows"], held["total"])


def _shown(sobject: str, now: float) -> str:
    if sobject != "Task":
        return LIVE
    day = (datetime.fromtimestamp(now, UTC) - ARCHIVED_AFTER).date().isoformat()
    return f"{LIVE} AND {NOT_ARCHIVED.format(day=day)}"


def _page(db: sqlite3.Connection, records: list[Json], total: int) -> Json:
    size = int(setting(db, "pageSize"))
    page, rest = records[:size], records[size:]
    if not rest:
        return {"totalSize": total, "done": True, "records": page}
    locator = f"01g{uuid4().hex[:15]}-{total - len(rest)}"
    held = json.dumps({"rows": rest, "total": total})
    db.execute("INSERT INTO locators VALUES (?, ?)", (locator, held))
    following = f"/services/data/v62.0/query/{locator}"
    return {"totalSize": total, "done": False, "nextRecordsUrl": following, "records": page}


def _record(select: soql.Select, row: Row) -> Json:
    url = f"/services/data/v62.0/sobjects/{select.sobject}/{row['Id']}"
    told = {name: _told(name, row[name]) for name in select.fields}
    return {"attributes": {"type": select.sobject, "url": url}, **told}


def _told(name: str, value: Json) -> Json:
    if name in MOMENTS and value is not None:
        return value.replace("Z", ".000+0000")
    return bool(value) if name in CHECKBOXES else value
