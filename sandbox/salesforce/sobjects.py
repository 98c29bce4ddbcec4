"""Records: which fields there are, what they accept, and how they are written.

Texts lose the blanks around them, moments what is finer than a second; empty is null.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sandbox.messages import Json
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.ids import record_id
from sandbox.salesforce.settings import setting
from sandbox.store import Row

Fields = dict[str, Any]
Reader = Callable[[str, Json], Any]

EXTERNAL_ID = "StrataId__c"
TABLES = {"Account": "accounts", "Task": "tasks"}
WRITABLE_CHECKBOXES = (
    "StrataClosed__c",
    *("StrataOrderNewsEmail__c", "StrataOrderNewsSms__c", "StrataOrderNewsPush__c"),
    *("StrataMarketingEmail__c", "StrataMarketingSms__c", "StrataMarketingPush__c"),
)
CHECKBOXES = frozenset({"IsDeleted", *WRITABLE_CHECKBOXES})
SEGMENTS = ("Standard", "Gold", "Business")


def text(longest: int) -> Reader:
    def read(name: str, value: Json) -> str | None:
        if not isinstance(value, str | None):
            raise SalesforceError(400, "JSON_PARSER_ERROR", f"Cannot deserialize {name}")
        kept = (value or "").strip()
        if len(kept) > longest:
            message = f"{name}: data value too large: {kept[:40]} (max length={longest})"
            raise SalesforceError(400, "STRING_TOO_LONG", message, [name])
        return kept or None

    return read


def segment(name: str, value: Json) -> str | None:
    if value not in (None, *SEGMENTS):
        message = f"{name}: bad value for restricted picklist field: {value}"
        raise SalesforceError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [name])
    return str(value) if value else None


def checkbox(name: str, value: Json) -> bool:
    if not isinstance(value, bool):
        raise SalesforceError(400, "JSON_PARSER_ERROR", f"Cannot deserialize {name}")
    return value


def day(name: str, value: Json) -> str | None:
    return _parsed(name, value, lambda text: date.fromisoformat(text).isoformat())


def moment(name: str, value: Json) -> str | None:
    return _parsed(name, value, utc_text)


def utc_text(text: str) -> str:
    """Raises ValueError without a zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _parsed(name: str, value: Json, reader: Callable[[str], str]) -> str | None:
    try:
        return None if value is None else reader(str(value))
    except ValueError as error:
        message = f"Cannot deserialize instance of {name} from VALUE_STRING value {value}"
        raise SalesforceError(400, "JSON_PARSER_ERROR", message) from error


WRITABLE: Mapping[str, Mapping[str, Reader]] = {
    "Account": {
        "Name": text(255),
        EXTERNAL_ID: text(255),
        "StrataEmail__c": text(254),
        "StrataSegment__c": segment,
        **dict.fromkeys(WRITABLE_CHECKBOXES, checkbox),
    },
    "Task": {
        EXTERNAL_ID: text(255),
        "WhatId": text(18),
        "Subject": text(255),
        "Type": text(40),
        "Status": text(40),
        "ActivityDate": day,
        "StrataAt__c": moment,
    },
}
REQUIRED = {"Account": ("Name",), "Task": ()}
MOMENTS = frozenset({"StrataAt__c"})
READABLE = {name: ("Id", *fields, "IsDeleted") for name, fields in WRITABLE.items()}


def checked(sobject: str, body: Json) -> Fields:
    if not isinstance(body, dict):
        raise SalesforceError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required")
    readers = WRITABLE[sobject]
    if unknown := sorted(body.keys() - readers.keys()):
        message = f"No such column '{unknown[0]}' on sobject of type {sobject}"
        raise SalesforceError(400, "INVALID_FIELD", message)
    return {name: readers[name](name, value) for name, value in body.items()}


def require(sobject: str) -> None:
    if sobject not in TABLES:
        raise not_found()


def by_external_id(db: sqlite3.Connection, sobject: str, key: str) -> list[Row]:
    table = TABLES[sobject]
    # S608: the table is one of ours.
    found = f"SELECT * FROM {table} WHERE {EXTERNAL_ID} = ? AND NOT IsDeleted ORDER BY no"  # noqa: S608
    return db.execute(found, (key,)).fetchall()


def create(db: sqlite3.Connection, sobject: str, fields: Fields) -> str:
    """The new record's id."""
    _demand_required(fields, REQUIRED[sobject])
    _demand_free(db, sobject, fields)
    return insert(db, sobject, fields)


def insert(db: sqlite3.Connection, sobject: str, fields: Fields) -> str:
    """Without a question, as a record that was there before a rule was."""
    table, names = TABLES[sobject], ", ".join(fields)
    marks = ", ".join(f":{name}" for name in fields)
    no = db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", fields).lastrowid  # noqa: S608 - our names
    new = record_id(sobject, no or 0)
    db.execute(f"UPDATE {table} SET Id = ? WHERE no = ?", (new, no))  # noqa: S608 - our names
    return new


def upsert(db: sqlite3.Connection, sobject: str, key: str, fields: Fields) -> tuple[int, Json]:
    """The status with the body that goes with it."""
    held = by_external_id(db, sobject, key)
    if len(held) > 1:
        return 300, [f"/services/data/v62.0/sobjects/{sobject}/{row['Id']}" for row in held]
    if not held:
        new = create(db, sobject, {**fields, EXTERNAL_ID: key})
        return 201, {"id": new, "success": True, "errors": [], "created": True}
    _update(db, sobject, held[0], fields)
    if setting(db, "updatesAnswer204"):
        return 204, None
    return 200, {"id": held[0]["Id"], "success": True, "errors": [], "created": False}


def update(db: sqlite3.Connection, sobject: str, record: str, fields: Fields) -> None:
    live = f"SELECT * FROM {TABLES[sobject]} WHERE Id = ? AND NOT IsDeleted"  # noqa: S608 - our names
    row = db.execute(live, (record,)).fetchone()
    if row is None:
        raise not_found()
    _update(db, sobject, row, fields)


def _update(db: sqlite3.Connection, sobject: str, row: Row, fields: Fields) -> None:
    _demand_unlocked(db)
    _demand_required(fields, [name for name in REQUIRED[sobject] if name in fields])
    if fields:
        changes = ", ".join(f"{name} = :{name}" for name in fields)
        statement = f"UPDATE {TABLES[sobject]} SET {changes} WHERE no = :no"  # noqa: S608 - our names
        db.execute(statement, {**fields, "no": row["no"]})


def _demand_unlocked(db: sqlite3.Connection) -> None:
    if setting(db, "lockedCalls"):
        message = "unable to obtain exclusive access to this record or 1 records"
        raise SalesforceError(400, "UNABLE_TO_LOCK_ROW", message)


def _demand_required(fields: Fields, names: Iterable[str]) -> None:
    if missing := [name for name in names if fields.get(name) is None]:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise SalesforceError(400, "REQUIRED_FIELD_MISSING", message, missing)


def _demand_free(db: sqlite3.Connection, sobject: str, fields: Fields) -> None:
    _demand_unlocked(db)
    key, email = fields.get(EXTERNAL_ID), fields.get("StrataEmail__c")
    if key is not None and (held := by_external_id(db, sobject, key)):
        message = f"duplicate value found: {EXTERNAL_ID} duplicates value on record with id: "
        raise SalesforceError(400, "DUPLICATE_VALUE", message + held[0]["Id"])
    if sobject == "Account" and email and setting(db, "duplicateRule"):
        same = "SELECT 1 FROM accounts WHERE fold(StrataEmail__c) = fold(?) AND NOT IsDeleted"
        if db.execute(same, (email,)).fetchone():
            message = "You're creating a duplicate record. We recommend you use an existing record"
            raise SalesforceError(400, "DUPLICATES_DETECTED", message)
    what = fields.get("WhatId")
    if what and not db.execute("SELECT 1 FROM accounts WHERE Id = ?", (what,)).fetchone():
        message = f"Related To ID: id value of incorrect type: {what}"
        raise SalesforceError(400, "MALFORMED_ID", message, ["WhatId"])
