"""Settings of every vendor reached over HTTP, checked at start so that no call finds them wrong."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from connectors.protocols.tls import TlsOptions


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii():
        raise ValueError("not an http or https URL")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("a base URL has no user, query or fragment")
    return url.rstrip("/")


def _header_safe(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if not value or not value.isascii() or not value.isprintable():
        raise ValueError("empty, or not printable ASCII")
    return secret


BaseUrl = Annotated[str, AfterValidator(_base_url)]

HeaderSecret = Annotated[SecretStr, AfterValidator(_header_safe)]
"""A secret that is sent in a header."""


class HttpOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: BaseUrl
    timeout_seconds: float = Field(default=5, gt=0, le=600)
    """For one operation with all its retries; a caller's shorter deadline wins."""
    tls: TlsOptions | None = None
    """Where the backend has a CA of its own, or asks for a certificate of ours."""

    @field_validator("tls")
    @classmethod
    def _needs_https(cls, tls: TlsOptions | None, info: ValidationInfo) -> TlsOptions | None:
        if tls is not None and not str(info.data.get("url", "https:")).startswith("https:"):
            raise ValueError("the URL is not an https one")
        return tls
