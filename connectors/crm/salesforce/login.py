"""Logging in by a signed assertion instead of a password, RFC 7523.

Source: Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".
"""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.crm.salesforce.options import Options
from runtime.problems import Misconfigured

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 180
"""Seconds. Salesforce allows 300, from which the difference between two clocks goes off."""

HINTS = {
    "audience is invalid": "login_url is not that of this kind of org",
    "client identifier invalid": "it knows no app with this client_id",
    "invalid assertion": "private_key is not that of the app's certificate, or our clock is wrong",
    "user hasn't approved this consumer": "the app is not pre-authorised for `user`",
}
"""How an error_description begins, and what an operator has to look at."""

Told = Mapping[str, Any]


def assertion(options: Options) -> str:
    """By the wall clock, which is the one that Salesforce has too."""
    from joserfc import jwt

    claims = {
        "iss": options.client_id,
        "sub": options.user,
        "aud": options.login_url,
        "exp": int(time.time()) + LIFETIME,
    }
    key = _key(options.private_key.get_secret_value())
    return jwt.encode({"alg": "RS256"}, claims, key, algorithms=["RS256"])


@lru_cache(maxsize=8)
def _key(pem: str) -> "RSAKey":
    """Kept, because reading one takes 40 ms, and everybody waits for a login."""
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(pem)


def hint(told: Told) -> str:
    said = str(told["error_description"])
    return next((hint for start, hint in HINTS.items() if said.startswith(start)), "")


def granted(options: Options, told: Told) -> tuple[str, str]:
    """The token, and where it may be used. Raises Misconfigured when we may not take it there."""
    token, instance = told["access_token"], told["instance_url"]
    allowed = {_origin(url) for url in (options.url, *options.instance_urls)}
    if _origin(instance) not in allowed:
        raise Misconfigured("Salesforce sends us to an instance that instance_urls does not name")
    if not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
        raise ValueError("a token that is none")
    return token, instance


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
