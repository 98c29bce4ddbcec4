"""The CRM: REST, JSON, header `X-Api-Key: sandbox-crm-key`.

Errors: `{"error": {"code", "message", "fields"?: [{"name", "reason"}]}}`.
Quirks: accounts have the CRM's own id (`acc_000001`) besides `externalRef`; times are epoch
milliseconds; a mail address may belong to several accounts; an upsert, or a put of
consents, keeps what it does not name; a closed account is told, and written to, like any other.
"""

import sqlite3
from pathlib import Path
from typing import ClassVar

from sandbox.crm import accounts, activities, consents
from sandbox.messages import Json
from sandbox.rest import RestBackend, Route
from sandbox.seed import Seed

SCHEMA = Path(__file__).with_name("schema.sql")


class Crm(RestBackend):
    credential: ClassVar = ("x-api-key", "sandbox-crm-key")
    routes: ClassVar = [
        Route("GET", "/accounts", "findAccounts", accounts.find),
        Route("GET", "/accounts/{id}", "getAccount", accounts.get),
        Route("PUT", "/accounts/by-ref/{externalRef}", "upsertAccount", accounts.upsert),
        Route("PUT", "/accounts/by-ref/{externalRef}/closure", "closeAccount", accounts.close),
        Route("GET", "/accounts/by-ref/{externalRef}/consents", "getConsents", consents.get),
        Route("PUT", "/accounts/by-ref/{externalRef}/consents", "putConsents", consents.put),
        Route("GET", "/accounts/{id}/activities", "listActivities", activities.listing),
        Route("PUT", "/accounts/{id}/activities/{clientId}", "putActivity", activities.put),
    ]
    codes: ClassVar = {
        400: "BAD_REQUEST",
        401: "BAD_API_KEY",
        404: "NO_ROUTE",
        405: "BAD_METHOD",
        429: "SLOW_DOWN",
    }

    def say(self, status: int, message: str) -> Json:
        return {"error": {"code": self.codes.get(status, "INTERNAL"), "message": message}}

    def state(self) -> Json:
        return {"accounts": accounts.state(self.db), "activities": activities.state(self.db)}


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    accounts.fill(db, seed)
    activities.fill(db, seed)
