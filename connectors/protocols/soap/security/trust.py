"""Whose key may have signed a reply: never the message's to say, only the configuration's."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from connectors.protocols.pem import certificates, key_of
from connectors.protocols.soap.envelope import ReplyError
from connectors.protocols.soap.security.names import (
    BINARY_TOKEN,
    DS,
    ID,
    REFERENCE,
    TOKEN_REFERENCE,
)
from connectors.protocols.soap.security.options import ReplyOptions

if TYPE_CHECKING:
    from cryptography import x509

    from connectors.protocols.pem import PublicKey


class Trust:
    def __init__(self, options: ReplyOptions) -> None:
        self._known = certificates(options.certificate) if options.certificate else []
        self._issuers = certificates(options.ca) if options.ca else []
        self._common_name = options.common_name

    def keys(
        self, signature: etree._Element, security: etree._Element, now: datetime
    ) -> "Sequence[PublicKey]":
        """Those the signature may be checked with. Raises ReplyError when there is none.

        With the certificates at hand, KeyInfo is not even read.
        """
        candidates = self._known or [self._issued(_sent(signature, security), now)]
        valid = [key_of(certificate) for certificate in candidates if _is_valid(certificate, now)]
        if not valid:
            raise ReplyError("signed with a certificate that is not valid now")
        return valid

    def _issued(self, certificate: "x509.Certificate", now: datetime) -> "x509.Certificate":
        if not any(_issued_by(certificate, ca, now) for ca in self._issuers):
            raise ReplyError("signed with a certificate that our CA did not issue")
        if _common_names(certificate) != [self._common_name] or not _may_sign(certificate):
            raise ReplyError("signed with a certificate that was issued to somebody else")
        return certificate


def _sent(signature: etree._Element, security: etree._Element) -> "x509.Certificate":
    """The certificate that KeyInfo holds or points to, still to be distrusted."""
    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(b64decode(_text(signature, security)))
        key_of(certificate)
    except (Base64Error, ValueError) as error:
        raise ReplyError("signed with a certificate that cannot be used") from error
    return certificate


def _text(signature: etree._Element, security: etree._Element) -> str:
    path = f"{{{DS}}}KeyInfo/{TOKEN_REFERENCE}/{REFERENCE}"
    pointers = [reference.get("URI", "") for reference in signature.findall(path)]
    tokens = [t for t in security.findall(BINARY_TOKEN) if f"#{t.get(ID)}" in pointers]
    tokens = tokens or list(signature.iter(f"{{{DS}}}X509Certificate"))
    if len(tokens) != 1:
        raise ReplyError("signed without exactly one certificate")
    return tokens[0].text or ""


def _is_valid(certificate: "x509.Certificate", now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _issued_by(certificate: "x509.Certificate", ca: "x509.Certificate", now: datetime) -> bool:
    """By its signature, which cryptography refuses to look at when it is of SHA-1 or weaker."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return _is_valid(ca, now)


def _common_names(certificate: "x509.Certificate") -> list[str | None]:
    from cryptography.x509.oid import NameOID

    held = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return [str(name.value) for name in held]


def _may_sign(certificate: "x509.Certificate") -> bool:
    from cryptography import x509

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return False
    return usage.digital_signature or usage.content_commitment
