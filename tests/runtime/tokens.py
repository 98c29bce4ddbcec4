"""Access tokens to knock with: good ones, and ones that lack something."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import Key

LIFETIME = 3600
"""Seconds: longer than all tests together, since some tokens are made as the tests are collected."""

ISSUER = "https://issuer.example"
ALGORITHMS = {"OKP": "Ed25519", "RSA": "RS256", "EC": "ES256", "oct": "HS256"}


def token(key: Key, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Signed with the algorithm of its key; a claim that is None is left out."""
    now = int(time.time())
    held: dict[str, Any] = {
        "iss": ISSUER,
        "sub": "C-1001",
        "aud": "strata:system",
        "scope": "things:read",
        "iat": now,
        "exp": now + LIFETIME,
        **claims,
    }
    algorithm = ALGORITHMS[key.key_type]
    return jwt.encode(
        {"alg": algorithm, "typ": "at+jwt", **(header or {})},
        {name: value for name, value in held.items() if value is not None},
        key,
        algorithms=[algorithm],
    )
