"""Which pages in browsers may call us from another origin: those of the configuration (WHATWG Fetch, CORS).

Only the Experience layer has consumers that are pages. A page brings a token like anybody else: no
cookie is asked for, and none would be read.
"""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
SENT = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID"),
    *("X-Request-ID", "X-Request-Timeout-Ms", "traceparent"),
)
TOLD = (
    *("Deprecation", "ETag", "Idempotency-Replayed", "Location", "Retry-After"),
    *("WWW-Authenticate", "X-Request-ID"),
)
"""Headers of ours that a page may read beside those it always may."""
REMEMBERED = 600
"""Seconds a browser need not ask again whether it may."""


def with_cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Nobody in a browser gets in from elsewhere when no origin is named."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=SENT,
        expose_headers=TOLD,
        max_age=REMEMBERED,
    )
