"""ds:Signature over parts of a request (WSS 1.1.1, section 8; X.509 Token Profile 1.1.1)."""

import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from connectors.protocols.pem import certificates, private_key
from connectors.protocols.soap.security.algorithms import (
    DIGEST_WITH,
    DIGESTS,
    SIGN_WITH,
    canonical,
    family,
    signed,
)
from connectors.protocols.soap.security.names import (
    BASE64,
    BINARY_TOKEN,
    DS,
    EXC_C14N,
    ID,
    KEY_IDENTIFIER,
    REFERENCE,
    SIGNATURE,
    SUBJECT_KEY_IDENTIFIER,
    TOKEN_REFERENCE,
    X509_TOKEN,
)
from connectors.protocols.soap.security.options import SignatureOptions

if TYPE_CHECKING:
    from cryptography import x509


class Signer:
    def __init__(self, options: SignatureOptions) -> None:
        self._key = private_key(options.key.get_secret_value())
        self._certificate = certificates(options.certificate)[0]
        self._refer = REFERENCES[options.reference]

    def sign(self, security: etree._Element, parts: Iterable[etree._Element]) -> str:
        """Put a signature of the parts into the header; its value.

        The parts get a wsu:Id where they have none, and may not be changed afterwards.
        """
        held = list(parts)
        key_info = _ds("KeyInfo")
        reference = etree.SubElement(key_info, TOKEN_REFERENCE)
        self._refer(self._certificate, reference, security)
        signature = etree.SubElement(security, SIGNATURE, nsmap={"ds": DS})
        info = _signed_info(signature, SIGN_WITH[family(self._key)], held)
        value = b64encode(signed(self._key, canonical(info))).decode()
        signature.append(_ds("SignatureValue", value))
        signature.append(key_info)
        return value


def _signed_info(
    signature: etree._Element, algorithm: str, parts: Iterable[etree._Element]
) -> etree._Element:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    info.append(_ds("CanonicalizationMethod", Algorithm=EXC_C14N))
    info.append(_ds("SignatureMethod", Algorithm=algorithm))
    for part in parts:
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{named(part)}")
        prefixes = _around(part)
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        transforms.append(_exclusive(prefixes))
        reference.append(_ds("DigestMethod", Algorithm=DIGEST_WITH))
        digest = DIGESTS[DIGEST_WITH](canonical(part, prefixes))
        reference.append(_ds("DigestValue", b64encode(digest).decode()))
    return info


def _around(part: etree._Element) -> list[str]:
    """The prefixes declared around a part, to be signed with it: what an xsi:type says hangs on
    them, and exclusive canonicalisation takes no text for a name."""
    parent = part.getparent()
    return [] if parent is None else sorted(filter(None, parent.nsmap))


def _exclusive(prefixes: Sequence[str]) -> etree._Element:
    transform = _ds("Transform", Algorithm=EXC_C14N)
    if prefixes:
        inclusive = f"{{{EXC_C14N}}}InclusiveNamespaces"
        etree.SubElement(
            transform, inclusive, nsmap={"ec": EXC_C14N}, PrefixList=" ".join(prefixes)
        )
    return transform


def named(element: etree._Element) -> str:
    """Its wsu:Id, given to it if it has none."""
    if element.get(ID) is None:
        element.set(ID, f"id-{secrets.token_hex(16)}")
    return str(element.get(ID))


def _binary_token(
    certificate: "x509.Certificate", reference: etree._Element, security: etree._Element
) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    token = etree.SubElement(security, BINARY_TOKEN, EncodingType=BASE64, ValueType=X509_TOKEN)
    token.text = b64encode(certificate.public_bytes(Encoding.DER)).decode()
    etree.SubElement(reference, REFERENCE, URI=f"#{named(token)}", ValueType=X509_TOKEN)


def _issuer_serial(
    certificate: "x509.Certificate", reference: etree._Element, _security: etree._Element
) -> None:
    data = etree.SubElement(reference, f"{{{DS}}}X509Data")
    issuer = etree.SubElement(data, f"{{{DS}}}X509IssuerSerial")
    issuer.append(_ds("X509IssuerName", certificate.issuer.rfc4514_string()))
    issuer.append(_ds("X509SerialNumber", str(certificate.serial_number)))


def _key_identifier(
    certificate: "x509.Certificate", reference: etree._Element, _security: etree._Element
) -> None:
    from cryptography import x509

    held = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    identifier = etree.SubElement(
        reference, KEY_IDENTIFIER, EncodingType=BASE64, ValueType=SUBJECT_KEY_IDENTIFIER
    )
    identifier.text = b64encode(held.value.digest).decode()


_Refer = Callable[["x509.Certificate", etree._Element, etree._Element], None]

REFERENCES: Mapping[str, _Refer] = {
    "binary-token": _binary_token,
    "issuer-serial": _issuer_serial,
    "key-identifier": _key_identifier,
}
"""How the backend learns whose key it is; the first sends the whole certificate."""


def _ds(name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.Element(f"{{{DS}}}{name}", attributes, nsmap={"ds": DS})
    element.text = text
    return element
