"""A development issuer: OAuth2 client credentials (RFC 6749 section 4.4) for the clients in the
configuration. It exists in the embedded profile only; any other profile refuses to start with it."""

import hmac
import time
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import OKPKey
from starlette.requests import Request
from starlette.responses import JSONResponse

from runtime.access.hops import audience
from runtime.access.keys import ALGORITHM
from runtime.apis.rendering import BY_STATUS
from runtime.problems import Rejected
from runtime.settings import DevelopmentClient, Settings, SettingsError

NAME = "strata:development"
LIFETIME = 3600
"""Seconds."""

MAX_FORM_BYTES = 8192


class DevelopmentIssuer:
    def __init__(self, settings: Settings, key: OKPKey) -> None:
        refuse_outside_development(settings)
        self.clients = settings.security.development_clients
        self.key = key

    async def token(self, request: Request) -> JSONResponse:
        """POST /oauth/token, form-encoded, the client in the form or by HTTP Basic."""
        text = (await _body(request)).decode("utf-8", "replace")
        form = {name: values[0] for name, values in parse_qs(text).items()}
        if form.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", 400)
        name, secret = _credentials(request, form)
        client = self.clients.get(name)
        if client is None or not hmac.compare_digest(client.secret.encode(), secret.encode()):
            return _refused("invalid_client", 401, {"www-authenticate": 'Basic realm="strata"'})
        asked = form.get("scope", " ".join(client.scopes)).split()
        if not set(asked) <= set(client.scopes):
            return _refused("invalid_scope", 400)
        return JSONResponse(
            {
                "access_token": self.issue(name, client, asked),
                "token_type": "Bearer",
                "expires_in": LIFETIME,
                "scope": " ".join(asked),
            },
            headers={"cache-control": "no-store"},
        )

    def issue(self, name: str, client: DevelopmentClient, scopes: list[str]) -> str:
        now = int(time.time())
        claims = {
            "iss": NAME,
            "sub": client.subject,
            "aud": audience(client.layer),
            "client_id": name,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(
            {"alg": ALGORITHM, "typ": "at+jwt"}, claims, self.key, algorithms=[ALGORITHM]
        )

    async def jwks(self, request: Request) -> JSONResponse:  # noqa: ARG002 - a route's shape
        """GET /.well-known/jwks.json"""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


def refuse_outside_development(settings: Settings) -> None:
    """Raises SettingsError when development clients are configured where real money is."""
    if settings.profile != "embedded" and settings.security.development_clients:
        fault = f"only the embedded profile may have them, not {settings.profile}"
        raise SettingsError([f"security.development_clients: {fault}"])


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return name, secret
    return form.get("client_id", ""), form.get("client_secret", "")


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_FORM_BYTES:
            kind, title = BY_STATUS[413]
            raise Rejected(kind=kind, title=title, status=413)
    return body


def _refused(error: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """RFC 6749 section 5.2."""
    return JSONResponse({"error": error}, status, {"cache-control": "no-store", **(headers or {})})
