"""Delta sync: what an app has to change in what it keeps, worked out from the token it was given.

A token says which orders were sent, and what of them: so nothing is kept here for anybody, a token
does not age, and each answer is exact whatever was lost on the way. Pure functions.
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence

from contracts.models.experience.mobile.v1 import Changes, OrderSummary

WINDOW = 15
"""How many of the newest orders an app keeps."""

FORM = 1
"""Of a token; one in another form is not read."""

PREFIX = "ord_"
ENTRY = re.compile(rb"([0-9a-z]{20})(.{6})", re.DOTALL)

Sent = Mapping[str, bytes]
"""A digest of what was sent, by the id of the order."""


def changes(now: Sequence[OrderSummary], since: str | None, customer_id: str) -> Changes:
    before = None if since is None else _read(since, customer_id)
    known, sent = before or {}, {order.id: _digest(order.model_dump_json()) for order in now}
    return Changes(
        full=before is None,
        changed=[order for order in now if known.get(order.id) != sent[order.id]],
        removed=[order_id for order_id in known if order_id not in sent],
        token=_written(sent, customer_id),
    )


def _written(sent: Sent, customer_id: str) -> str:
    entries = (order_id.removeprefix(PREFIX).encode() + it for order_id, it in sent.items())
    token = _head(customer_id) + b"".join(entries)
    return urlsafe_b64encode(token).decode().rstrip("=")


def _read(token: str, customer_id: str) -> Sent | None:
    """None for a token of somebody else's, or one that is not ours."""
    try:
        told = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    head = _head(customer_id)
    entries = ENTRY.findall(told, len(head))
    whole = head + b"".join(order_id + it for order_id, it in entries)
    if told != whole or len(entries) > WINDOW:
        return None
    return {PREFIX + order_id.decode(): it for order_id, it in entries}


def _head(customer_id: str) -> bytes:
    """Another customer of the same device starts anew."""
    return bytes([FORM]) + _digest(customer_id)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=6).digest()
