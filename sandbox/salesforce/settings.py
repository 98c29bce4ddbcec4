"""What an administrator has set."""

import json
import sqlite3
from typing import Any

from sandbox.store import one

DEFAULTS: dict[str, Any] = {
    "apiLimit": 100_000,  # calls a day
    "apiUsed": 0,
    "duplicateRule": False,  # whether a second account with an address is refused
    "fieldHidden": False,  # whether our user may not see StrataId__c
    "instanceUrl": None,  # where a login sends its user; as a rule where it was asked
    "lockedCalls": 0,  # so many calls meet a record that somebody else is changing
    "pageSize": 2000,  # records in a page of a query
    "updatesAnswer204": False,  # as before v46; a body since
}


def setting(db: sqlite3.Connection, name: str) -> Any:
    row = one(db, "SELECT value FROM settings WHERE name = ?", name)
    return json.loads(row["value"]) if row else DEFAULTS.get(name)


def change(db: sqlite3.Connection, name: str, value: Any) -> None:
    db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))
