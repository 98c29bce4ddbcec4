"""What a caller is told of a kept answer: ETag, Age, Cache-Control and Cache-Status (RFC 9211)."""

from collections.abc import Mapping

from runtime.caching.freshness import Freshness
from runtime.caching.read_cache import Found
from runtime.calls.http import Headers


def headers(found: Found, freshness: Freshness) -> Headers:
    left = max(0, int(freshness.max_age - found.age))
    return [
        (b"etag", found.kept.etag),
        (b"age", b"%d" % found.age),
        # Ours to keep for all; a shared cache in front of us knows nothing of scopes.
        (b"cache-control", f"private, max-age={left}".encode()),
        (b"cache-status", f"strata; {_status(found, freshness)}".encode()),
        (b"vary", b"authorization"),
    ]


def wants_anew(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the caller refuses a kept answer: `no-cache`, `no-store` or `max-age=0`."""
    asked = headers.get(b"cache-control", b"").lower().replace(b" ", b"").split(b",")
    return not {b"no-cache", b"no-store", b"max-age=0"}.isdisjoint(asked)


def holds(headers: Mapping[bytes, bytes], found: Found) -> bool:
    """Whether the caller has this very answer (If-None-Match, RFC 9110 section 13.1.2)."""
    asked = headers.get(b"if-none-match")
    if asked is None:
        return False
    tags = [tag.strip().removeprefix(b"W/") for tag in asked.split(b",")]
    return b"*" in tags or found.kept.etag in tags


def _status(found: Found, freshness: Freshness) -> str:
    if found.how == "miss":
        return "fwd=miss"
    if found.how == "hit":
        return f"hit; ttl={int(freshness.max_age - found.age)}"
    return f"hit; ttl=-{int(found.age - freshness.max_age) or 1}; detail={found.how}"
