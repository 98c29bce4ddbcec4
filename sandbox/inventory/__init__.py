"""The warehouse: REST, JSON, `Authorization: Bearer sandbox-wms-token`.

Errors: `{"code", "message", ...}`. Quantities are integers.
Quirks: a hold expires by itself; a released ref is dead for good, even if no hold ever came.
"""

import sqlite3
from pathlib import Path
from typing import ClassVar

from sandbox.inventory import holds, receipts, stock
from sandbox.messages import Json
from sandbox.rest import RestBackend, Route
from sandbox.seed import Seed

SCHEMA = Path(__file__).with_name("schema.sql")


class Inventory(RestBackend):
    credential: ClassVar = ("authorization", "Bearer sandbox-wms-token")
    routes: ClassVar = [
        Route("GET", "/stock", "listStock", stock.many),
        Route("GET", "/stock/{article}", "getStock", stock.get),
        Route("GET", "/holds/{ref}", "getHold", holds.get),
        Route("PUT", "/holds/{ref}", "putHold", holds.put),
        Route("DELETE", "/holds/{ref}", "releaseHold", holds.release),
        Route("POST", "/holds/{ref}/commit", "commitHold", holds.commit),
        Route("GET", "/receipts/{ref}", "getReceipt", receipts.get),
        Route("PUT", "/receipts/{ref}", "putReceipt", receipts.put),
    ]
    codes: ClassVar = {
        400: "BAD_REQUEST",
        401: "BAD_TOKEN",
        404: "NO_RESOURCE",
        405: "BAD_METHOD",
        429: "BUSY",
    }

    def say(self, status: int, message: str) -> Json:
        return {"code": self.codes.get(status, "FAILURE"), "message": message}

    def state(self) -> Json:
        now = self.clock.now()
        return {
            "articles": stock.state(self.db, now),
            "holds": holds.state(self.db, now),
            "receipts": receipts.state(self.db),
        }


def fill(db: sqlite3.Connection, seed: Seed) -> None:
    stock.fill(db, seed)
