"""Settings of every vendor reached by files, checked at start so that no call finds them wrong."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

HOST_KEY = re.compile(r"(@cert-authority |@revoked )?\S+ (ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]{40,}.*")
NOT_PINNED = (
    "lines of OpenSSH's known_hosts are needed (see ssh-keyscan): the server's key is pinned"
)


@dataclass(frozen=True, slots=True)
class SftpAddress:
    host: str
    port: int
    base: str
    """The folder all paths are relative to: `/stock`, or `.` for where the login leads."""
    user: str
    known_hosts: str
    password: str | None = field(repr=False)
    private_key: str | None = field(repr=False)


class FileOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str
    """`sftp://host[:port]/folder`, or `file:///folder` of this machine."""
    user: str = ""
    password: SecretStr | None = None
    private_key: SecretStr | None = None
    """In OpenSSH's or PEM format, without a passphrase."""
    known_hosts: str = ""
    """The server's host key as lines of OpenSSH's known_hosts: `host ssh-ed25519 AAAA...`."""
    timeout_seconds: float = Field(default=10, gt=0, le=600)
    """For one operation with all its retries; a caller's shorter deadline wins."""
    transfer_seconds: float = Field(default=300, gt=0, le=3600)
    """For fetching one file, with all retries."""

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"sftp", "file"} or bool(parts.hostname) != (parts.scheme == "sftp"):
            raise ValueError("not an sftp://host/folder or file:///folder URL")
        if parts.username is not None or parts.query or parts.fragment:
            raise ValueError("the URL has no user, query or fragment")
        _ = parts.port  # raises ValueError for one that is no number
        return url.rstrip("/") if parts.path != "/" else url

    @model_validator(mode="after")
    def _logs_in(self) -> Self:
        if self.url.startswith("file:"):
            return self
        if not self.user or (self.password is None) == (self.private_key is None):
            raise ValueError("SFTP needs a user, and a password or a private_key")
        lines = [line for line in self.known_hosts.splitlines() if line.strip(" ")]
        if not any(not line.startswith("#") for line in lines):
            raise ValueError(f"known_hosts: {NOT_PINNED}")
        if not all(HOST_KEY.fullmatch(line) for line in lines if not line.startswith("#")):
            raise ValueError(f"known_hosts: {NOT_PINNED}")
        return self

    def place(self) -> Path | SftpAddress:
        parts = urlsplit(self.url)
        path = unquote(parts.path)
        if parts.scheme == "file":
            return Path(path)
        return SftpAddress(
            host=parts.hostname or "",
            port=parts.port or 22,
            base=path or ".",
            user=self.user,
            known_hosts=self.known_hosts,
            password=_told(self.password),
            private_key=_told(self.private_key),
        )


def _told(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
