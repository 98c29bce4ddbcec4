"""A sender that signs what it sends: as Standard Webhooks has it, written down apart from our own."""

import hmac
import time
from base64 import b64decode, b64encode
from typing import Any

import orjson


def signed(
    secret: str, body: bytes, *, stamp: int | None = None, name: str = "m-1"
) -> dict[str, str]:
    """The headers that go with a body."""
    at = str(int(time.time()) if stamp is None else stamp)
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{at}.".encode() + body, "sha256").digest()
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def notice(order_id: str, name: str, kind: str, **more: Any) -> bytes:
    said = {"orderId": order_id, "noticeId": name, "status": kind}
    return orjson.dumps({**said, "at": "2026-03-01T10:00:00Z", **more})
