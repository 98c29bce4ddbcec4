"""TLS as one backend wants it: its own CA, and the certificate that shows it who we are."""

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from connectors.protocols.pem import CertificatePem, PrivateKeyPem, demand_pair
from runtime.calls.http import Reply, Request, Sender

if TYPE_CHECKING:
    from runtime.calls.network import NetworkSender


class TlsOptions(BaseModel):
    """PEM texts; `file:PATH` in the configuration puts a file's content here."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    ca: CertificatePem | None = None
    """Who vouches for the backend, instead of those the system trusts."""
    key: PrivateKeyPem | None = None
    certificate: CertificatePem | None = None
    """Ours, and after it those that lead up to its CA."""

    @field_validator("certificate")
    @classmethod
    def _is_the_keys(cls, certificate: str | None, info: ValidationInfo) -> str | None:
        key = info.data.get("key")
        if (key is None) != (certificate is None) and "key" in info.data:
            raise ValueError("`key` and `certificate` go together")
        if key is not None and certificate is not None:
            demand_pair(key.get_secret_value(), certificate)
        return certificate

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or later; the name in the backend's certificate has to be its host's."""
        context = ssl.create_default_context(cadata=self.ca)
        if self.key is not None and self.certificate is not None:
            _load(context, self.key.get_secret_value(), self.certificate)
        return context


def _load(context: ssl.SSLContext, key: str, certificate: str) -> None:
    """OpenSSL reads certificates from files only: a folder nobody else may enter, gone at once."""
    with TemporaryDirectory() as folder:
        pem = Path(folder) / "pair.pem"
        pem.touch(mode=0o600)
        pem.write_text(f"{key.strip()}\n{certificate.strip()}\n")
        context.load_cert_chain(pem)


class BackendSender:
    """A Sender that is `shared`, or where the backend wants TLS of its own, a pool of its own.

    Whoever made it closes it, which leaves the shared one alone.
    """

    def __init__(self, tls: TlsOptions | None, shared: Sender) -> None:
        self._shared = shared
        self._own = _network(tls) if tls else None

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        return await (self._own or self._shared)(request, timeout=timeout)

    async def aclose(self) -> None:
        if self._own is not None:
            await self._own.aclose()


def _network(tls: TlsOptions) -> "NetworkSender":
    from runtime.calls.network import NetworkSender

    return NetworkSender(tls=tls.context())
