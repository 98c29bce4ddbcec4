"""Signed replies as a backend makes them, by code of the tests' own: nothing of the connector's.

Every algorithm, id and place can be another, as attacks want it.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from lxml import etree

from tests.connectors.protocols.soap.pki import Pair, theirs
from tests.connectors.protocols.soap_material import SOAP_11

OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
NS = {
    "s": SOAP_11,
    "wsse": f"{OASIS}wssecurity-secext-1.0.xsd",
    "wsu": f"{OASIS}wssecurity-utility-1.0.xsd",
    "wsse11": "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "wsa": "http://www.w3.org/2005/08/addressing",
}
"""`urn:test` is not among them: lxml would give a part that is moved its prefix, and break it."""
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
RSA_SHA256 = f"{MORE}rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
X509 = f"{OASIS}x509-token-profile-1.0#X509v3"

DIGESTS: Mapping[str, str] = {
    SHA256: "sha256",
    f"{MORE}sha384": "sha384",
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    f"{MORE}md5": "md5",
}
RSA_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    RSA_SHA256: hashes.SHA256(),
    f"{MORE}rsa-sha512": hashes.SHA512(),
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1": hashes.SHA1(),  # noqa: S303 - to be refused
}


def q(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NS.get(prefix, 'urn:other')}}}{local}"


def moment(seconds: float = 0) -> str:
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def reply(
    payload: str = '<Answer xmlns="urn:test"><Count>3</Count><Price>1.50</Price></Answer>',
    *,
    header: str = "",
    created: str | None = None,
    expires: str | None = None,
) -> etree._Element:
    """An envelope with a Timestamp `ts` and a Body `body`, still to be signed."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
    created, expires = created or moment(), expires or moment(60)
    return etree.fromstring(
        f"""<s:Envelope {declared}><s:Header><wsse:Security s:mustUnderstand="1">
        <wsu:Timestamp wsu:Id="ts"><wsu:Created>{created}</wsu:Created>
        <wsu:Expires>{expires}</wsu:Expires></wsu:Timestamp></wsse:Security>{header}</s:Header>
        <s:Body wsu:Id="body">{payload}</s:Body></s:Envelope>"""
    )


def find(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path, {**NS, "t": "urn:test"})
    assert found is not None, path
    return found


def reference(
    root: etree._Element,
    name: str,
    *,
    digest: str = SHA256,
    transforms: str = f'<ds:Transform Algorithm="{EXC}"/>',
    prefixes: Sequence[str] = (),
) -> str:
    [part] = [element for element in root.iter() if element.get(q("wsu:Id")) == name]
    kept = list(prefixes) or None
    octets = etree.tostring(
        part, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=kept
    )
    value = b64encode(hashlib.new(DIGESTS[digest], octets).digest()).decode()
    return (
        f'<ds:Reference URI="#{name}"><ds:Transforms>{transforms}</ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{value}</ds:DigestValue>'
        "</ds:Reference>"
    )


def sign(
    root: etree._Element,
    *names: str,
    by: Pair | None = None,
    algorithm: str = RSA_SHA256,
    references: Sequence[str] | None = None,
    secret: bytes | None = None,
    method: str = EXC,
    key_info: str = "",
    change: Callable[[etree._Element], None] = lambda _: None,
) -> etree._Element:
    """Sign the parts of these ids (the Timestamp and the Body) into the Security header.

    `secret`: HMAC with it instead. `change`: done to the SignedInfo before it is signed.
    """
    held = references or [reference(root, name) for name in names or ("ts", "body")]
    declared = f'xmlns:ds="{NS["ds"]}" xmlns:wsse="{NS["wsse"]}"'
    signature = etree.fromstring(
        f"<ds:Signature {declared}><ds:SignedInfo>"
        f'<ds:CanonicalizationMethod Algorithm="{method}"/>'
        f'<ds:SignatureMethod Algorithm="{algorithm}"/>{"".join(held)}</ds:SignedInfo>'
        f"<ds:SignatureValue/><ds:KeyInfo>{key_info}</ds:KeyInfo></ds:Signature>"
    )
    find(root, "s:Header/wsse:Security").append(signature)
    change(signature[0])
    octets = etree.tostring(signature[0], method="c14n", exclusive=True, with_comments=False)
    if secret is not None:
        value = hmac.new(secret, octets, "sha256").digest()
    else:
        value = _signed(by or theirs(), algorithm, octets)
    signature[1].text = b64encode(value).decode()
    return root


def _signed(by: Pair, algorithm: str, octets: bytes) -> bytes:
    if isinstance(by.key, rsa.RSAPrivateKey):
        return by.key.sign(octets, padding.PKCS1v15(), RSA_HASHES.get(algorithm, hashes.SHA256()))
    r, s = utils.decode_dss_signature(by.key.sign(octets, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def with_token(root: etree._Element, by: Pair) -> tuple[etree._Element, str]:
    """The envelope with a BinarySecurityToken, and the KeyInfo that points to it."""
    security = find(root, "s:Header/wsse:Security")
    token = etree.SubElement(security, q("wsse:BinarySecurityToken"), ValueType=X509)
    token.set(q("wsu:Id"), "token")
    token.text = b64encode(by.der).decode()
    pointer = f'<wsse:Reference URI="#token" ValueType="{X509}"/>'
    return (
        root,
        f"<wsse:SecurityTokenReference>{pointer}</wsse:SecurityTokenReference>",
    )


def written(root: etree._Element) -> bytes:
    return etree.tostring(root)
