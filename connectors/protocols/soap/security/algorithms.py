"""The algorithms that may be used, and no others: anything not in these tables is refused.

No SHA-1 and no MD5 (collisions are for sale), no HMAC (a public key could be passed off as its
secret), no DSA, no transform but exclusive canonicalisation (XSLT and XPath run the sender's
programs). Sources: XML Signature 1.1; RFC 9231; SP 800-131A.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

    from connectors.protocols.pem import PrivateKey, PublicKey

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

DIGESTS: Mapping[str, Callable[[bytes], bytes]] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": lambda octets: hashlib.sha256(octets).digest(),
    f"{_MORE}sha384": lambda octets: hashlib.sha384(octets).digest(),
    "http://www.w3.org/2001/04/xmlenc#sha512": lambda octets: hashlib.sha512(octets).digest(),
}

SIGNATURES: Mapping[str, tuple[str, str]] = {
    f"{_MORE}rsa-sha256": ("rsa", "SHA256"),
    f"{_MORE}rsa-sha384": ("rsa", "SHA384"),
    f"{_MORE}rsa-sha512": ("rsa", "SHA512"),
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1": ("rsa-pss", "SHA256"),
    f"{_MORE}ecdsa-sha256": ("ecdsa", "SHA256"),
    f"{_MORE}ecdsa-sha384": ("ecdsa", "SHA384"),
    f"{_MORE}ecdsa-sha512": ("ecdsa", "SHA512"),
}
"""Identifier to family and hash."""

SIGN_WITH = {"rsa": f"{_MORE}rsa-sha256", "ecdsa": f"{_MORE}ecdsa-sha256"}
DIGEST_WITH = next(iter(DIGESTS))


def canonical(element: etree._Element, prefixes: Sequence[str] = ()) -> bytes:
    """Its octets by exclusive canonicalisation, without comments."""
    return etree.tostring(
        element,
        method="c14n",
        exclusive=True,
        with_comments=False,
        inclusive_ns_prefixes=list(prefixes) or None,
    )


def family(key: "PrivateKey | PublicKey") -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return "rsa" if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey) else "ecdsa"


def signed(key: "PrivateKey", octets: bytes) -> bytes:
    """A signature by the algorithm that SIGN_WITH has for this key."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, padding.PKCS1v15(), hashes.SHA256())
    size = _coordinate(key.curve)
    r, s = utils.decode_dss_signature(key.sign(octets, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")  # XML has them side by side, not DER


def holds(algorithm: str, key: "PublicKey", signature: bytes, octets: bytes) -> bool:
    """Whether `key`, which must be of the algorithm's own kind, made this signature."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

    kind, name = SIGNATURES[algorithm]
    hashed: hashes.HashAlgorithm = getattr(hashes, name)()
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsa":
            key.verify(signature, octets, padding.PKCS1v15(), hashed)
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsa-pss":
            pss = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
            key.verify(signature, octets, pss, hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            size = _coordinate(key.curve)
            r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
            key.verify(utils.encode_dss_signature(r, s), octets, ec.ECDSA(hashed))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _coordinate(curve: "ec.EllipticCurve") -> int:
    """Bytes of each of the two numbers that an ECDSA signature is."""
    bits: int = curve.key_size
    return (bits + 7) // 8
