"""Who is calling, and whether they may: OAuth2 bearer JWTs (RFC 6750, RFC 9068), a scope per operation."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.util import urlsafe_b64decode

from runtime.access.hops import audience
from runtime.access.signed import Unsigned, check_signed
from runtime.context import Identity
from runtime.problems import Rejected

LEEWAY = 30
"""Seconds that clocks may differ."""

MAX_KEPT = 4096

UNVERIFIABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError)
"""What verifying raises; the last three for headers that are not what they should be (`crit: 5`)."""


class KeySource(Protocol):
    async def keys(self, kid: str | None) -> OKPKey | KeySet: ...


@dataclass(frozen=True)
class FixedKey:
    key: OKPKey | KeySet

    async def keys(self, kid: str | None) -> OKPKey | KeySet:  # noqa: ARG002 - one key, whatever its id
        return self.key


@dataclass(frozen=True)
class Trusted:
    """An issuer whose tokens are accepted. The algorithm is ours to say, never the token's."""

    source: KeySource
    algorithms: list[str]


class Unauthenticated(Rejected):
    """401: no token, or one we do not accept. The reason is for the one who has to mend it."""

    status = 401
    kind = "unauthenticated"
    title = "A valid access token is required"


class Forbidden(Rejected):
    status = 403
    kind = "insufficient-scope"
    title = "The access token does not allow this"


class Access:
    """Verifies tokens for one layer; what was verified is remembered until it expires.

    `now` is the machine's clock, in seconds since the epoch.
    """

    def __init__(
        self,
        layer: str,
        trusted: Mapping[str, Trusted],
        now: Callable[[], float] = time.time,
        senders: Mapping[str, Sequence[bytes]] = MappingProxyType({}),
    ) -> None:
        self.audience = audience(layer)
        self.trusted = trusted
        self.senders = senders
        """Their keys, by the name of who signs with them instead of sending a token."""
        self.now = now
        self._kept: dict[str, tuple[float, Identity]] = {}

    async def identify(self, authorization: bytes | None) -> Identity:
        """The caller behind an Authorization header. Raises Unauthenticated."""
        scheme, _, token = (authorization or b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("send Authorization: Bearer <token>")
        expires, identity = self._kept.get(token, (0.0, None))
        if identity is None or expires < self.now():
            expires, identity = await self._verified(token.strip())
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[token] = expires, identity
        return identity

    def sender(self, name: str, headers: Mapping[bytes, bytes], body: bytes) -> Identity:
        """Who signs as `name`, if this is signed so. Raises Unsigned."""
        check_signed(self.senders.get(name, ()), headers, body, self.now())
        return Identity(name, client=name)

    async def _verified(self, token: str) -> tuple[float, Identity]:
        header, unverified = _peek(token)
        issuer = unverified.get("iss")
        if not isinstance(issuer, str) or issuer not in self.trusted:
            raise Unauthenticated("the token's issuer is not trusted here")
        trusted = self.trusted[issuer]
        key = await trusted.source.keys(header.get("kid"))
        try:
            claims = jwt.decode(token, key, algorithms=trusted.algorithms).claims
        except UNVERIFIABLE as error:
            raise Unauthenticated("the token's signature is not valid") from error
        self._check(claims)
        scopes = frozenset(str(claims.get("scope", "")).split())
        said = [str(claims.get(name, "")) for name in ("client_id", "tenant")]
        identity = Identity(str(claims["sub"]), scopes, *said)
        return float(claims["exp"]), identity

    def _check(self, claims: Mapping[str, Any]) -> None:
        now, held = self.now(), claims.get("aud")
        if not isinstance(claims.get("exp"), int | float) or not isinstance(claims.get("sub"), str):
            raise Unauthenticated("the token lacks exp or sub")
        if claims["exp"] < now - LEEWAY:
            raise Unauthenticated("the token has expired")
        if isinstance(claims.get("nbf"), int | float) and claims["nbf"] > now + LEEWAY:
            raise Unauthenticated("the token is not valid yet")
        if self.audience not in (held if isinstance(held, list) else [held]):
            raise Unauthenticated(f"the token is not for {self.audience}")


def authorize(identity: Identity, scopes: frozenset[str]) -> None:
    """Raises Forbidden naming the scopes that lack."""
    if lacking := scopes - identity.scopes:
        raise Forbidden(f"scope {' '.join(sorted(lacking))} is required")


def challenge(problem: Rejected) -> str:
    """The WWW-Authenticate header that goes with a 401 or 403 (RFC 6750 section 3)."""
    if problem.slug == Unsigned.kind:
        return "Signature"
    error = "invalid_token" if problem.code == 401 else "insufficient_scope"
    return f'Bearer error="{error}", error_description="{problem}"'


def _peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified: only to learn which key to ask for."""
    try:
        header, claims, _ = token.split(".")
        parsed = [orjson.loads(urlsafe_b64decode(part.encode())) for part in (header, claims)]
        if not all(isinstance(part, dict) for part in parsed):
            raise ValueError("not objects")
    except ValueError as error:
        raise Unauthenticated("the token is not a signed JWT") from error
    return parsed[0], parsed[1]
