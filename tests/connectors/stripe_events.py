"""Events as Stripe sends them, signed; written down apart from the connector."""

import hmac
import time
from typing import Any

import orjson

Message = tuple[dict[str, str], bytes]


def event(kind: str = "payment_intent.succeeded", **about: Any) -> bytes:
    told = {"id": "pi_1", "object": "payment_intent", **about}
    return orjson.dumps(
        {"id": "evt_1", "object": "event", "type": kind, "created": 1, "data": {"object": told}}
    )


def signature(secret: str, body: bytes, stamp: int | None = None) -> str:
    at = int(time.time()) if stamp is None else stamp
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    return f"t={at},v1={digest}"


def of_theirs(secret: str, body: bytes | None = None) -> Message:
    """Headers and body of a genuine one."""
    content = event() if body is None else body
    return {"stripe-signature": signature(secret, content)}, content
