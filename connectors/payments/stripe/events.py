"""Stripe's events: whether one is genuine, what it is about, and what it tells. Pure functions.

`Stripe-Signature` is `t=<seconds>,v1=<hex>,…`: the HMAC-SHA256 of `<t>.<body>` by the endpoint's secret,
more than one while a secret is rolled.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import ValidationError

from contracts.models.system.payments.v1 import PaymentEvent
from runtime.access.signed import Unsigned, matches, require_fresh
from runtime.problems import Rejected

Told = Mapping[str, Any]
Kind = Literal["authorized", "captured", "voided", "refunded", "disputed", "dispute-closed"]

KINDS: Mapping[str, Kind] = {
    "charge.dispute.closed": "dispute-closed",
    "charge.dispute.created": "disputed",
    "charge.refunded": "refunded",
    "payment_intent.amount_capturable_updated": "authorized",
    "payment_intent.canceled": "voided",
    "payment_intent.succeeded": "captured",
}
"""What an order is moved by; of all else Stripe tells, nothing is ours to do."""


class Event(NamedTuple):
    id: str
    kind: Kind
    created: int
    intent: str

    def of(self, payment_id: str) -> PaymentEvent | None:
        """None for an id that cannot be ours: the account may serve others too."""
        at = datetime.fromtimestamp(self.created, UTC)
        try:
            return PaymentEvent(id=self.id, payment_id=payment_id, kind=self.kind, at=at)
        except ValidationError:
            return None


def require_genuine(secrets: Iterable[bytes], header: str, body: bytes, now: float) -> None:
    """Raises Rejected."""
    parts = [part.partition("=") for part in header.split(",")[:10]]
    stamp = next((value.encode() for name, _, value in parts if name == "t"), b"")
    offered = [value.encode() for name, _, value in parts if name == "v1"]
    try:
        if not matches(secrets, stamp + b"." + body, offered, lambda it: it.hex().encode()):
            raise Unsigned("the signature is not valid")
        require_fresh(stamp, now)
    except Unsigned as problem:
        raise Rejected(str(problem), kind=problem.kind, title=problem.title) from problem


def event(body: bytes) -> Event | None:
    """Raises Rejected for what is signed, and yet no event."""
    try:
        told: Told = orjson.loads(body)
        kind = KINDS.get(str(told["type"]))
        about: Told = told["data"]["object"]
        own = about.get("object") == "payment_intent"
        intent = about.get("id" if own else "payment_intent")
        if kind is None or intent is None:  # what is paid without an intent is not ours
            return None
        return Event(str(told["id"]), kind, int(told["created"]), str(intent))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected("not an event as Stripe sends it") from error
