"""Keys and certificates as PEM text, read with suspicion at start so that no call finds them broken.

Errors say what is wrong and never quote the text.
"""

from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import AfterValidator, SecretStr

if TYPE_CHECKING:  # cryptography costs those who have no key
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

MIN_RSA_BITS = 2048


def private_key(text: str) -> "PrivateKey":
    """An RSA or elliptic-curve key. Raises ValueError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text.encode(), password=None)
    except TypeError:
        raise ValueError("an encrypted private key; give it in the clear, by reference") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("not a private key in PEM") from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("neither an RSA nor an elliptic-curve key")
    strong(key.public_key())
    return key


def certificates(text: str) -> "list[x509.Certificate]":
    """One or more certificates, each with a key we can use. Raises ValueError."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificates(text.encode())
    except ValueError:
        raise ValueError("not a certificate in PEM") from None
    for certificate in found:
        key_of(certificate)
    return found


def key_of(certificate: "x509.Certificate") -> "PublicKey":
    """Its public key. Raises ValueError for one that is too weak or of another kind."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("a certificate with a key that cannot be read") from None
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise ValueError("a certificate with neither an RSA nor an elliptic-curve key")
    strong(key)
    return key


def strong(key: "PublicKey") -> None:
    """Raises ValueError for an RSA key that no longer withstands anybody."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    if isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        raise ValueError(f"an RSA key of {key.key_size} bits; {MIN_RSA_BITS} are the least")


def demand_pair(key: str, certificate: str) -> None:
    """Raises ValueError when the first certificate is not this private key's."""
    if certificates(certificate)[0].public_key() != private_key(key).public_key():
        raise ValueError("the certificate of another key")


def _private_key(secret: SecretStr) -> SecretStr:
    private_key(secret.get_secret_value())
    return secret


def _certificates(text: str) -> str:
    certificates(text)
    return text


PrivateKeyPem = Annotated[SecretStr, AfterValidator(_private_key)]
"""A private key as PEM text: `file:PATH` or `env:NAME` in the configuration."""

CertificatePem = Annotated[str, AfterValidator(_certificates)]
"""One or more certificates as PEM text; `file:PATH` puts a file's content here."""
