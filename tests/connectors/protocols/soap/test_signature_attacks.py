"""Attacks on signed replies: each is refused, and for its own reason.

The wrapping ones follow McIntosh and Austel, "XML signature element wrapping attacks and
countermeasures" (2005): the signed part is moved to where its reference still finds it, and another
put where the answer is read.
"""

from copy import deepcopy
from typing import TypeAlias

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from tests.connectors.protocols.soap.envelopes import (
    EXC,
    MORE,
    find,
    q,
    reference,
    reply,
    sign,
    with_token,
)
from tests.connectors.protocols.soap.pki import stranger, theirs
from tests.connectors.protocols.soap.secured import Backend, ask, refusal, security

Root: TypeAlias = etree._Element

FORGED = '<Answer xmlns="urn:test"><Count>666</Count><Price>0</Price></Answer>'

NOT_READ = "a signature of something that is not read"
CHANGED = "a signed part that was changed"
TWICE = "a part whose id something else has too"
TRANSFORMS = "a signature with other transforms than exclusive canonicalisation"


def forged_body(root: Root, name: str | None) -> tuple[Root, Root]:
    """Take the signed Body out and put a forged one of this id in its place; the signed one."""
    original = find(root, "s:Body")
    forged = etree.fromstring(f'<s:Body xmlns:s="{etree.QName(root).namespace}">{FORGED}</s:Body>')
    if name:
        forged.set(q("wsu:Id"), name)
    root.replace(original, forged)
    return original, forged


def wrapped_in_the_header(root: Root) -> None:
    original, _ = forged_body(root, "forged")
    etree.SubElement(find(root, "s:Header"), q("any:Wrapper")).append(original)


def wrapped_with_the_same_id(root: Root) -> None:
    original, _ = forged_body(root, "body")
    etree.SubElement(find(root, "s:Header"), q("any:Wrapper")).append(original)


def wrapped_in_the_security_header(root: Root) -> None:
    original, _ = forged_body(root, None)
    etree.SubElement(find(root, "s:Header/wsse:Security"), q("any:Wrapper")).append(original)


def as_a_header_block(root: Root) -> None:
    original, _ = forged_body(root, "forged")
    find(root, "s:Header").append(original)


def as_a_part_of_security(root: Root) -> None:
    original, _ = forged_body(root, "forged")
    find(root, "s:Header/wsse:Security").append(original)


def wrapped_in_the_forged_body(root: Root) -> None:
    original, forged = forged_body(root, "forged")
    forged[0].append(original)


def wrapped_in_the_signature(root: Root) -> None:
    original, _ = forged_body(root, "forged")
    signature = find(root, "s:Header/wsse:Security/ds:Signature")
    etree.SubElement(signature, q("ds:Object")).append(original)


def wrapped_behind_the_body(root: Root) -> None:
    original, _ = forged_body(root, "forged")
    etree.SubElement(root, q("any:Wrapper")).append(original)


def a_second_body(root: Root) -> None:
    original, _ = forged_body(root, "forged")
    root.append(original)


def a_second_payload(root: Root) -> None:
    find(root, "s:Body").append(etree.fromstring(FORGED))


def a_changed_payload(root: Root) -> None:
    find(root, "s:Body/t:Answer/t:Count").text = "666"


def an_id_of_another_attribute(root: Root) -> None:
    """Some look for `Id`, `ID` and `xml:id` as well, and take the first they find."""
    original, forged = forged_body(root, "forged")
    forged.set("Id", "body")
    etree.SubElement(find(root, "s:Header"), q("any:Wrapper")).append(original)


def the_same_id_deep_in_the_payload(root: Root) -> None:
    find(root, "s:Body/t:Answer/t:Count").set("ID", "ts")


def the_timestamp_wrapped(root: Root) -> None:
    """An old reply with a new Timestamp in the place of the signed one."""
    security_header = find(root, "s:Header/wsse:Security")
    signed = find(security_header, "wsu:Timestamp")
    fresh = deepcopy(signed)
    fresh.set(q("wsu:Id"), "fresh")
    security_header.replace(signed, fresh)
    etree.SubElement(find(root, "s:Header"), q("any:Wrapper")).append(signed)


def two_timestamps(root: Root) -> None:
    security_header = find(root, "s:Header/wsse:Security")
    fresh = deepcopy(find(security_header, "wsu:Timestamp"))
    fresh.set(q("wsu:Id"), "fresh")
    security_header.insert(0, fresh)


def two_security_headers(root: Root) -> None:
    """One for another actor, as if it were not ours to look at."""
    other = etree.SubElement(find(root, "s:Header"), q("wsse:Security"))
    other.set(q("s:actor"), "urn:somebody-else")


def for_another_actor(root: Root) -> None:
    find(root, "s:Header/wsse:Security").set(q("s:actor"), "urn:somebody-else")


def two_signatures(root: Root) -> None:
    security_header = find(root, "s:Header/wsse:Security")
    security_header.append(deepcopy(find(security_header, "ds:Signature")))


def stripped(root: Root) -> None:
    signature = find(root, "s:Header/wsse:Security/ds:Signature")
    find(root, "s:Header/wsse:Security").remove(signature)


def without_header(root: Root) -> None:
    root.remove(find(root, "s:Header"))


@pytest.mark.parametrize(
    ("attack", "says"),
    [
        (wrapped_in_the_header, NOT_READ),
        (wrapped_with_the_same_id, TWICE),
        (wrapped_in_the_security_header, NOT_READ),
        (as_a_header_block, "an answer whose Body is not signed"),
        (as_a_part_of_security, "an answer whose Body is not signed"),
        (wrapped_in_the_forged_body, NOT_READ),
        (wrapped_in_the_signature, "a signature of another shape"),
        (wrapped_behind_the_body, NOT_READ),
        (a_second_body, "a SOAP envelope without exactly one Body, or with several Headers"),
        (a_second_payload, "a SOAP envelope with more than one element in its Body"),
        (a_changed_payload, CHANGED),
        (an_id_of_another_attribute, NOT_READ),
        (the_same_id_deep_in_the_payload, TWICE),
        (the_timestamp_wrapped, NOT_READ),
        (two_timestamps, "a Security header with several Timestamps"),
        (two_security_headers, "several Security headers"),
        (for_another_actor, "an answer without a signature"),
        (two_signatures, "a Security header with several Signatures"),
        (stripped, "an answer without a signature"),
        (without_header, "an answer without a signature"),
    ],
)
async def test_what_was_done_to_a_signed_answer_is_noticed(
    backend: Backend, attack: object, says: str
) -> None:
    root = sign(reply())
    assert callable(attack)
    attack(root)
    backend.says(root)

    assert await refusal(backend.client(security())) == says


async def test_the_same_answer_untouched_is_read(backend: Backend) -> None:
    backend.says(sign(reply()))

    assert (await ask(backend.client(security())))["Count"] == 3


async def test_a_signature_by_somebody_else_does_not_hold(backend: Backend) -> None:
    backend.says(sign(reply(), by=stranger()))

    assert await refusal(backend.client(security())) == "a signature that does not hold"


async def test_a_signature_that_brings_its_own_key_does_not_hold(backend: Backend) -> None:
    root, key_info = with_token(reply(), stranger())
    backend.says(sign(root, by=stranger(), key_info=key_info))

    assert await refusal(backend.client(security())) == "a signature that does not hold"


async def test_a_public_key_is_nobodys_secret(backend: Backend) -> None:
    public = theirs().key.public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    backend.says(sign(reply(), algorithm=f"{MORE}hmac-sha256", secret=secret))

    expected = "a signature by an algorithm that is not allowed"
    assert await refusal(backend.client(security())) == expected


@pytest.mark.parametrize(
    "algorithm",
    ["http://www.w3.org/2000/09/xmldsig#rsa-sha1", f"{MORE}rsa-md5", f"{MORE}rsa-ripemd160", ""],
)
async def test_a_weak_signature_is_refused_though_it_holds(
    backend: Backend, algorithm: str
) -> None:
    backend.says(sign(reply(), algorithm=algorithm))

    expected = "a signature by an algorithm that is not allowed"
    assert await refusal(backend.client(security())) == expected


async def test_a_signature_by_an_algorithm_of_another_kind_of_key_does_not_hold(
    backend: Backend,
) -> None:
    backend.says(sign(reply(), algorithm=f"{MORE}ecdsa-sha256"))

    assert await refusal(backend.client(security())) == "a signature that does not hold"


@pytest.mark.parametrize(
    "digest",
    ["http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmldsig-more#md5"],
)
async def test_a_weak_digest_is_refused(backend: Backend, digest: str) -> None:
    root = reply()
    backend.says(
        sign(root, references=[reference(root, name, digest=digest) for name in ("ts", "body")])
    )

    expected = "a digest by an algorithm that is not allowed"
    assert await refusal(backend.client(security())) == expected


XSLT = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>'
XPATH = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
    "<ds:XPath>ancestor-or-self::nothing</ds:XPath></ds:Transform>"
)
GOOD = f'<ds:Transform Algorithm="{EXC}"/>'


@pytest.mark.parametrize(
    "transforms",
    [
        "",
        XSLT,
        XPATH,
        XPATH + GOOD,
        GOOD + GOOD,
        '<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>',
        f'<ds:Transform Algorithm="{EXC}WithComments"/>',
        f'<ds:Transform Algorithm="{EXC}"><ds:XPath>x</ds:XPath></ds:Transform>',
    ],
)
async def test_only_one_transform_is_done(backend: Backend, transforms: str) -> None:
    root = reply()
    held = [reference(root, "ts"), reference(root, "body", transforms=transforms)]
    backend.says(sign(root, references=held))

    assert await refusal(backend.client(security())) == TRANSFORMS


async def test_another_canonicalisation_of_what_was_signed_is_refused(backend: Backend) -> None:
    method = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    backend.says(sign(reply(), method=method))

    assert await refusal(backend.client(security())) == TRANSFORMS


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "http://elsewhere.invalid/body.xml",
        "file:///etc/passwd",
        "cid:part",
        "#xpointer(id('body'))",
        "#nothing",
        "##body",
    ],
)
async def test_only_parts_of_the_message_are_looked_at(backend: Backend, uri: str) -> None:
    root = reply()
    outside = reference(root, "body").replace("#body", uri)
    backend.says(sign(root, references=[reference(root, "ts"), reference(root, "body"), outside]))

    assert await refusal(backend.client(security())) == NOT_READ
