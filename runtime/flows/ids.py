"""Names of runs that follow from what they are for, so that the same request is the same run."""

import base64
import hashlib

CROCKFORD = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghjkmnpqrstvwxyz")


def named_after(*parts: str) -> str:
    """20 small letters and digits, 100 bits of SHA-256: the same parts give the same ones."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.b32encode(digest).decode().lower().translate(CROCKFORD)[:20]
