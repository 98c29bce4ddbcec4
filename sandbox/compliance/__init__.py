"""The screening provider: REST, JSON, header `X-Api-Key: sandbox-screening-key`.

Errors: `{"status": "error", "reason", "text", "fields"?: [{"path", "why"}]}`.
Quirks: a check runs for a moment before it is COMPLETED; the same POST twice makes two checks; a
search finds every reference that begins with what it is given, the newest first, in pages; the
applicant is never told again; a REFER keeps its result when an analyst has resolved it.
"""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from sandbox.compliance import checks, referrals, search
from sandbox.messages import Json
from sandbox.rest import RestBackend, Route
from sandbox.seed import Seed
from sandbox.store import transaction

SCHEMA = Path(__file__).with_name("schema.sql")


class Compliance(RestBackend):
    credential: ClassVar = ("x-api-key", "sandbox-screening-key")
    routes: ClassVar = [
        Route("POST", "/v2/checks", "createCheck", checks.create),
        Route("GET", "/v2/checks", "searchChecks", search.search),
        Route("GET", "/v2/checks/{id}", "getCheck", checks.get),
        Route("POST", "/v2/checks/{id}/resolution", "resolveCheck", referrals.resolve),
    ]
    codes: ClassVar = {
        400: "BAD_REQUEST",
        401: "BAD_KEY",
        404: "NO_SUCH_PATH",
        405: "BAD_METHOD",
        429: "TOO_FAST",
    }

    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        return {
            ("POST", "running-time"): self._set_running_time,
            ("POST", "resolutions"): self._resolve_as_analyst,
        }

    def say(self, status: int, message: str) -> Json:
        reason = self.codes.get(status, "FAILURE")
        return {"status": "error", "reason": reason, "text": message}

    def state(self) -> Json:
        return {"checks": checks.state(self.db, self.clock.now())}

    def _set_running_time(self, order: Json) -> Json:
        """`{"seconds": n}`: for how long checks created from now on are IN_PROGRESS."""
        with transaction(self.db):
            return {"seconds": checks.set_running_time(self.db, order)}

    def _resolve_as_analyst(self, order: Json) -> Json:
        """`{"externalReference", "verdict"}`: one of the provider's analysts decides."""
        with transaction(self.db):
            return referrals.resolve_as_analyst(self.db, self.clock.now(), order)


def fill(db: sqlite3.Connection, _seed: Seed) -> None:
    db.execute("INSERT INTO settings (running_seconds) VALUES (?)", (checks.RUNNING_SECONDS,))
