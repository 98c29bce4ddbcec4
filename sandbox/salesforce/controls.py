"""What an administrator does, as controls of this vendor; see Front for those of all.

GET  app       {"client_id", "user", "private_key"} of the connected app
POST settings  changes some of settings.DEFAULTS
POST logout    ends every session
POST records   {"sobject", "fields"}: a record as a data loader writes it, whatever the rules
"""

import sqlite3

from sandbox.messages import Json
from sandbox.salesforce import login, sobjects
from sandbox.salesforce.settings import DEFAULTS, change
from sandbox.store import transaction


class Controls:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.actions = {
            ("GET", "app"): self._app,
            ("POST", "settings"): self._set,
            ("POST", "logout"): self._log_out,
            ("POST", "records"): self._import,
        }

    def _app(self, _order: Json) -> Json:
        with transaction(self._db):
            key = login.private_key(self._db)
        return {"client_id": login.CLIENT_ID, "user": login.USER, "private_key": key}

    def _set(self, order: Json) -> Json:
        if not isinstance(order, dict) or not order.keys() <= DEFAULTS.keys():
            raise ValueError(f"Send some of {', '.join(DEFAULTS)}")
        with transaction(self._db):
            for name, value in order.items():
                change(self._db, name, value)
        return order

    def _log_out(self, _order: Json) -> Json:
        with transaction(self._db):
            login.end_all(self._db)

    def _import(self, order: Json) -> Json:
        match order:
            case {"sobject": "Account" | "Task" as sobject, "fields": {} as fields}:
                with transaction(self._db):
                    checked = sobjects.checked(sobject, fields)
                    return {"id": sobjects.insert(self._db, sobject, checked)}
        raise ValueError("Send sobject, Account or Task, and fields")
