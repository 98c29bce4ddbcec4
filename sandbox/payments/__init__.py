"""The payment provider: Stripe's PaymentIntent REST shapes (https://docs.stripe.com/api).

`Authorization: Bearer sk_test_sandbox`; form-encoded requests with nested keys; amounts in minor
units. Unlike Stripe, search sees a new intent at once: Stripe's lags by up to a minute. Events go to
the one endpoint that `POST /_sandbox/webhook` names.
"""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

from sandbox.clock import Clock
from sandbox.messages import Json, Reply, Request
from sandbox.payments import (
    authorization,
    events,
    idempotency,
    intents,
    refunds,
    search,
    settlement,
)
from sandbox.payments.courier import Courier
from sandbox.payments.errors import bad_parameter, general_error
from sandbox.payments.params import read_form
from sandbox.rest import Call, RefusedError, RestBackend, Route
from sandbox.seed import Seed
from sandbox.store import Row, transaction

SCHEMA = Path(__file__).with_name("schema.sql")
FORM = "application/x-www-form-urlencoded"


class Payments(RestBackend):
    credential: ClassVar = ("authorization", "Bearer sk_test_sandbox")
    routes: ClassVar = [
        Route("POST", "/v1/payment_intents", "createIntent", authorization.create),
        Route("GET", "/v1/payment_intents", "listIntents", intents.listing),
        Route("GET", "/v1/payment_intents/search", "searchIntents", search.search),
        Route("GET", "/v1/payment_intents/{id}", "getIntent", intents.get),
        Route("POST", "/v1/payment_intents/{id}/confirm", "confirmIntent", authorization.confirm),
        Route("POST", "/v1/payment_intents/{id}/capture", "captureIntent", settlement.capture),
        Route("POST", "/v1/payment_intents/{id}/cancel", "cancelIntent", settlement.cancel),
        Route("POST", "/v1/refunds", "createRefund", refunds.create),
        Route("GET", "/v1/refunds", "listRefunds", refunds.listing),
        Route("GET", "/v1/refunds/{id}", "getRefund", refunds.get),
    ]

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        super().__init__(db, clock)
        self._courier = Courier(db)

    @property
    def own_controls(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        return {
            ("POST", "webhook"): self._courier.send_to,
            ("POST", "deliveries"): self._courier.again,
            ("POST", "disputes"): self._dispute,
        }

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        self._courier.take()
        return reply

    def _dispute(self, order: Json) -> Json:
        try:
            with transaction(self.db):
                said = events.dispute(self.db, order)
        except RefusedError as refused:
            raise ValueError("There is no such intent") from refused
        self._courier.take()
        return said

    def read(self, request: Request) -> Json:
        if request.body and request.headers.get("content-type", "").split(";")[0] != FORM:
            message = f"Invalid request (check that your POST content type is {FORM})."
            raise bad_parameter(message, "body")
        return read_form(request.body.decode("utf-8", "replace"))

    def perform(self, route: Route, call: Call, request: Request) -> Reply:
        key = request.headers.get("idempotency-key")
        if key is None or route.method != "POST":
            return idempotency.outcome(route.handler, call)
        return idempotency.once(key, request.path, route.handler, call)

    def say(self, status: int, message: str) -> Json:
        return general_error(status, message)

    def state(self) -> Json:
        rows = self.db.execute("SELECT * FROM intents ORDER BY no").fetchall()
        keys = self.db.execute("SELECT key FROM idempotency ORDER BY rowid").fetchall()
        return {
            "intents": [self._history(row) for row in rows],
            "keys": [row["key"] for row in keys],
            "events": events.state(self.db),
        }

    def _history(self, row: Row) -> Json:
        return intents.shape(self.db, row) | {"refunds": refunds.of(self.db, row["no"])}


def fill(_db: sqlite3.Connection, seed: Seed) -> None:
    """Nobody has paid yet."""
    del seed
