"""Tokens for calls from one layer to the next: short-lived, for one audience, on the caller's behalf."""

import time
from collections.abc import Callable

from joserfc import jwt
from joserfc.jwk import OKPKey

from runtime.access.keys import ALGORITHM
from runtime.context import Identity
from runtime.layers import layer_of

LIFETIME = 120
"""Seconds a token is valid; it is made anew at half of that."""

MAX_KEPT = 4096


def audience(layer: str) -> str:
    """What the `aud` claim must contain to call a layer."""
    return f"strata:{layer}"


class HopTokens:
    """Signs and keeps the tokens of one API; signing costs 50 µs, so a token serves many calls.

    `now` is the machine's clock, in seconds since the epoch.
    """

    def __init__(
        self, api: str, key: OKPKey, grants: list[str], now: Callable[[], float] = time.time
    ) -> None:
        self.api = api
        self.key = key
        self.grants = grants
        self.now = now
        self._kept: dict[tuple[str, str, bool, str], tuple[float, str]] = {}

    def token(self, identity: Identity, callee: str) -> str:
        """A token for `callee` (`system/erp/v1`) that says who the call is for and what we may do."""
        layer, any_subject = layer_of(callee), "any-subject" in identity.scopes
        wanted = (identity.subject, identity.tenant, any_subject, layer)
        made, token = self._kept.get(wanted, (0.0, ""))
        if self.now() - made > LIFETIME / 2:
            made, token = self.now(), self._signed(identity, any_subject, layer)
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[wanted] = made, token
        return token

    def _signed(self, identity: Identity, any_subject: bool, layer: str) -> str:
        now = int(self.now())
        scopes = [*self.grants, *(["any-subject"] if any_subject else [])]
        claims = {
            "iss": audience(layer_of(self.api)),
            "sub": identity.subject,
            "aud": audience(layer),
            "client_id": self.api,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME,
            **({"tenant": identity.tenant} if identity.tenant else {}),
        }
        return jwt.encode(
            {"alg": ALGORITHM, "typ": "at+jwt"}, claims, self.key, algorithms=[ALGORITHM]
        )
