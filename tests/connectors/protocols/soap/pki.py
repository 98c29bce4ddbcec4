"""Keys and certificates for tests: ours, the backend's, a stranger's, and a CA."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

Key: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    key: Key
    certificate: x509.Certificate

    @property
    def key_pem(self) -> str:
        plain = (PrivateFormat.PKCS8, NoEncryption())
        return self.key.private_bytes(Encoding.PEM, *plain).decode()

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - tells keys apart
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(number: int = 0) -> ec.EllipticCurvePrivateKey:  # noqa: ARG001 - tells keys apart
    return ec.generate_private_key(ec.SECP256R1())


def pair(
    name: str,
    key: Key,
    *,
    issuer: Pair | None = None,
    valid: tuple[timedelta, timedelta] = (-DAY, DAY),
    usage: x509.KeyUsage | None = None,
) -> Pair:
    """A certificate, self-signed unless somebody issues it; `valid` from now."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = issuer.certificate.subject if issuer else subject
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(by, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + valid[0])
        .not_valid_after(now + valid[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return Pair(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


@cache
def ours() -> Pair:
    return pair("strata", rsa_key(1))


@cache
def theirs() -> Pair:
    return pair("erp", rsa_key(2))


@cache
def stranger() -> Pair:
    return pair("erp", rsa_key(3))


@cache
def authority() -> Pair:
    return pair("our CA", ec_key(1))
