"""A signed reply, reduced to what was signed.

A signature says that somebody made some octets, somewhere in the message. Wrapping attacks move
these and put others where the reader looks. So nothing is looked up by an id: the parts that may be
signed are known by their place (the Body, the header blocks, what is in the Security header), and
what is read afterwards are the very octets that were digested. A namespace declared around a part,
which exclusive canonicalisation leaves unsigned, is thereby gone as well.
"""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from lxml import etree

from connectors.protocols.soap.envelope import Message, ReplyError
from connectors.protocols.soap.security.algorithms import DIGESTS, SIGNATURES, canonical, holds
from connectors.protocols.soap.security.names import DS, EXC_C14N, ID

if TYPE_CHECKING:
    from connectors.protocols.pem import PublicKey

MAX_REFERENCES = 32
SHAPE = ("SignedInfo", "SignatureValue", "KeyInfo")

_IDS = etree.XPath("//@*[translate(local-name(), 'ID', 'id') = 'id']")
_DS = {"ds": DS}


@dataclass(frozen=True, slots=True)
class Signed:
    parts: Mapping[str, bytes]
    """The octets of each signed part by its wsu:Id."""
    fingerprint: bytes
    """Of what the key signed. Not of the signature: an ECDSA one has a twin that holds as well."""

    def __contains__(self, element: etree._Element) -> bool:
        return element.get(ID, "") in self.parts

    def read(self, element: etree._Element) -> etree._Element:
        """A signed part as it was signed, standing alone."""
        return _parsed(self.parts[element.get(ID, "")])


def verified(
    message: Message,
    security: etree._Element,
    signature: etree._Element,
    keys: "Sequence[PublicKey]",
) -> Signed:
    """What the signature covers. Raises ReplyError for one that does not hold, or is not allowed."""
    octets = _signed_info(signature, keys)
    places = _places(message, security)
    parts: dict[str, bytes] = {}
    for reference in _references(_parsed(octets)):
        name = reference.get("URI", "").removeprefix("#")
        if reference.get("URI") != f"#{name}" or name not in places or name in parts:
            raise ReplyError("a signature of something that is not read")
        parts[name] = _digested(reference, places[name])
    return Signed(parts, sha256(octets).digest())


def _signed_info(signature: etree._Element, keys: "Sequence[PublicKey]") -> bytes:
    """The octets of SignedInfo, if one of the keys signed them."""
    names = tuple(str(child.tag) for child in signature)
    if names not in {tuple(f"{{{DS}}}{name}" for name in SHAPE[:n]) for n in (2, 3)}:
        raise ReplyError("a signature of another shape")
    info, value = signature[0], signature[1]
    octets = _canonicalised(info, info.find("ds:CanonicalizationMethod", _DS))
    algorithm = _algorithm(info.find("ds:SignatureMethod", _DS))
    if algorithm not in SIGNATURES:
        raise ReplyError("a signature by an algorithm that is not allowed")
    if not any(holds(algorithm, key, _bytes(value), octets) for key in keys):
        raise ReplyError("a signature that does not hold")
    return octets


def _references(info: etree._Element) -> list[etree._Element]:
    found = info.findall("ds:Reference", _DS)
    if not 0 < len(found) <= MAX_REFERENCES:
        raise ReplyError("a signature of nothing, or of too much")
    return found


def _places(message: Message, security: etree._Element) -> dict[str, etree._Element]:
    """The parts that may be signed, by id. An id that occurs twice anywhere names none."""
    ids: Any = _IDS(message.body)
    uses = Counter(str(value) for value in ids)
    parts = [message.body, *message.blocks(), *security]
    named = {part.get(ID, ""): part for part in parts if part.get(ID)}
    if any(uses[name] != 1 for name in named):
        raise ReplyError("a part whose id something else has too")
    return named


def _digested(reference: etree._Element, part: etree._Element) -> bytes:
    transforms = reference.findall("ds:Transforms/ds:Transform", _DS)
    if len(transforms) != 1:
        raise ReplyError("a signature with other transforms than exclusive canonicalisation")
    octets = _canonicalised(part, transforms[0])
    digest = DIGESTS.get(_algorithm(reference.find("ds:DigestMethod", _DS)))
    if digest is None:
        raise ReplyError("a digest by an algorithm that is not allowed")
    if not hmac.compare_digest(digest(octets), _bytes(reference.find("ds:DigestValue", _DS))):
        raise ReplyError("a signed part that was changed")
    return octets


def _canonicalised(part: etree._Element, method: etree._Element | None) -> bytes:
    if method is None or _algorithm(method) != EXC_C14N:
        raise ReplyError("a signature with other transforms than exclusive canonicalisation")
    lists = [child.get("PrefixList", "") for child in method]
    if [child.tag for child in method] not in ([], [f"{{{EXC_C14N}}}InclusiveNamespaces"]):
        raise ReplyError("a signature with other transforms than exclusive canonicalisation")
    return canonical(part, " ".join(lists).split())


def _algorithm(element: etree._Element | None) -> str:
    return "" if element is None else element.get("Algorithm", "")


def _bytes(element: etree._Element | None) -> bytes:
    text = "" if element is None else "".join((element.text or "").split())
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise ReplyError("a signature that is not in base64") from error


def _parsed(octets: bytes) -> etree._Element:
    # Ours by now: canonicalised from a tree that was read with suspicion.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(octets, parser)
