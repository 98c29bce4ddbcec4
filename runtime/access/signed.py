"""Messages that are signed instead of sent with a token: HMAC-SHA256 with a secret both sides know.

As Standard Webhooks has it: `webhook-id`, `webhook-timestamp` (seconds since the epoch) and
`webhook-signature`, one or more `v1,<base64>` of `<id>.<timestamp>.<body>`.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from secrets import token_bytes

from runtime.problems import Rejected

TOLERANCE = 300
"""Seconds that a message may be under way, or from the future: what is replayed later is refused."""

MOST_SIGNATURES = 8
"""While a secret is replaced there are two."""

PREFIX = "whsec_"


class Unsigned(Rejected):
    """401: not signed, by nobody we know, or too long ago."""

    status = 401
    kind = "bad-signature"
    title = "The message has to be signed by whom it says it is from"


def new_secret() -> str:
    """As it is handed out; 192 bits."""
    return PREFIX + b64encode(token_bytes(24)).decode()


def key_of(secret: str) -> bytes:
    """The key in a secret as it is handed out. Raises ValueError, without the secret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (Error, ValueError):
        raise ValueError(f"not base64, with or without {PREFIX} before it") from None
    if len(key) < 24:
        raise ValueError("a secret has 24 bytes at least")
    return key


def check_signed(
    keys: Iterable[bytes], headers: Mapping[bytes, bytes], body: bytes, now: float
) -> None:
    """Raises Unsigned unless one of the keys has signed this, lately."""
    message_id = headers.get(b"webhook-id", b"")
    stamp = headers.get(b"webhook-timestamp", b"")
    offered = headers.get(b"webhook-signature", b"").split(b" ")[:MOST_SIGNATURES]
    if not message_id:
        raise Unsigned("webhook-id, webhook-timestamp and webhook-signature are required")
    content = b".".join((message_id, stamp, body))
    signatures = [text.removeprefix(b"v1,") for text in offered if text.startswith(b"v1,")]
    if not matches(keys, content, signatures, b64encode):
        raise Unsigned("the signature is not valid")
    require_fresh(stamp, now)


def matches(
    keys: Iterable[bytes], content: bytes, offered: Iterable[bytes], spelt: Callable[[bytes], bytes]
) -> bool:
    """Whether one of the signatures offered is that of one of the keys; each is compared, in
    constant time, so that how long it takes says nothing of which is how wrong."""
    offered = list(offered)
    right = [spelt(hmac.digest(key, content, sha256)) for key in keys]
    found = [hmac.compare_digest(mine, theirs) for mine in right for theirs in offered]
    return any(found)


def require_fresh(stamp: bytes, now: float) -> None:
    """Raises Unsigned for what was signed too long ago, or will be."""
    if not (stamp.isdigit() and len(stamp) < 12 and abs(now - int(stamp)) <= TOLERANCE):
        raise Unsigned("the timestamp is not of the last minutes")
