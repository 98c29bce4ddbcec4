"""The network Sender and certificates: a private CA, and one of ours for a server that asks."""

import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from runtime.calls.http import Lost, Request, Unreached
from runtime.calls.network import NetworkSender
from tests.runtime.calls.test_network import OK, peer, saying


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One self-signed certificate with its key, for either end."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    signed = builder.add_extension(alternative, critical=True).sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(pem, *plain) + signed.public_bytes(pem))
    return file


@asynccontextmanager
async def secure_peer(certificate: Path, *, asks: bool = False) -> AsyncIterator[str]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    if asks:
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(certificate)
    async with peer(saying(OK), tls) as (url, _):
        yield url.replace("http:", "https:")


async def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(
    certificate: Path,
) -> None:
    async with aclosing(NetworkSender()) as sender, secure_peer(certificate) as url:
        with pytest.raises(Unreached):
            await sender(Request("POST", url), timeout=5)


async def test_a_private_ca_is_trusted_when_configured(certificate: Path) -> None:
    tls = ssl.create_default_context(cafile=certificate)

    async with aclosing(NetworkSender(tls=tls)) as sender, secure_peer(certificate) as url:
        assert (await sender(Request("GET", url), timeout=5)).body == b"ok"


async def test_a_client_certificate_is_shown_to_who_asks(certificate: Path) -> None:
    tls = ssl.create_default_context(cafile=certificate)
    tls.load_cert_chain(certificate)

    async with (
        aclosing(NetworkSender(tls=tls)) as sender,
        secure_peer(certificate, asks=True) as url,
    ):
        assert (await sender(Request("GET", url), timeout=5)).body == b"ok"


async def test_without_the_client_certificate_there_is_no_answer(certificate: Path) -> None:
    tls = ssl.create_default_context(cafile=certificate)

    async with (
        aclosing(NetworkSender(tls=tls)) as sender,
        secure_peer(certificate, asks=True) as url,
    ):
        with pytest.raises((Lost, Unreached)):  # TLS 1.3 refuses after the handshake, 1.2 in it
            await sender(Request("GET", url), timeout=5)
