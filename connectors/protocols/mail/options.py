"""Settings of every vendor reached over SMTP, checked at start so that no letter finds them wrong."""

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors.protocols.tls import TlsOptions

PORTS = {"smtp": 587, "smtps": 465}


def _relay_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or not url.isascii():
        raise ValueError("not an smtp or smtps URL")
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a relay has a host and a port, and nothing else")
    if parts.port == 0:
        raise ValueError("not a port")
    return url


RelayUrl = Annotated[str, AfterValidator(_relay_url)]


class MailOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: RelayUrl
    """`smtps://` is TLS from the first byte; `smtp://` is STARTTLS, which the relay has to offer."""
    unencrypted: Literal["never", "loopback", "anywhere"] = "loopback"
    """Where `smtp://` does without STARTTLS. The password goes the same way as the letters."""
    tls: TlsOptions | None = None
    user: str | None = Field(default=None, min_length=1)
    password: SecretStr | None = None
    timeout_seconds: float = Field(default=10, gt=0, le=600)
    """For one letter with all its attempts; a caller's shorter deadline wins."""
    max_bytes: int = Field(default=1_000_000, gt=0)
    """Of a letter as it is sent, which is a third more than its text."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("`user` and `password` go together")
        if self.tls is not None and not self.encrypted:
            raise ValueError("`tls` is given, and this connection is not encrypted")
        return self

    @property
    def host(self) -> str:
        return str(self._parts().hostname)

    @property
    def port(self) -> int:
        return self._parts().port or PORTS[self._parts().scheme]

    @property
    def implicit_tls(self) -> bool:
        return self._parts().scheme == "smtps"

    @property
    def encrypted(self) -> bool:
        spared = {"never": False, "loopback": _is_loopback(self.host), "anywhere": True}
        return self.implicit_tls or not spared[self.unencrypted]

    def _parts(self) -> SplitResult:
        return urlsplit(self.url)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
