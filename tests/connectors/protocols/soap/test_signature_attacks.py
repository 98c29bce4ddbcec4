"""Attacks on signed replies: each is refused, and for its own reason.

The wrapping ones follow McIntosh and Austel, "XML signature element wrapping attacks and
countermeasures" (2005): the signed part is moved to where its reference still finds it, and another
put where the answer is read.
"""

from base64 import b64decode, b64encode
from copy import deepcopy
from typing import TypeAlias

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from tests.connectors.protocols.soap.envelopes import (
    EXC,
    MORE,
    find,
    moment,
    q,
    reference,
    reply,
    sign,
    with_token,
)
from tests.connectors.protocols.soap.pki import ec_key, pair, stranger, theirs
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


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["ts"], "an answer whose Body is not signed"),
        (["body"], "an answer whose Timestamp is not signed"),
        (["ts", "body", "body"], NOT_READ),
        (["ts", *["body"] * 32], "a signature of nothing, or of too much"),
    ],
)
async def test_body_and_timestamp_are_signed_once(
    backend: Backend, names: list[str], says: str
) -> None:
    backend.says(sign(reply(), *names))

    assert await refusal(backend.client(security())) == says


async def test_a_signature_of_nothing_is_none(backend: Backend) -> None:
    root = reply()

    def emptied(info: Root) -> None:
        for held in info.findall(q("ds:Reference")):
            info.remove(held)

    backend.says(sign(root, change=emptied))

    assert await refusal(backend.client(security())) == "a signature of nothing, or of too much"


async def test_an_answer_counts_once(backend: Backend) -> None:
    backend.says(sign(reply()))
    soap = backend.client(security())
    await ask(soap)

    assert await refusal(soap) == "a signed answer that was given before"


async def test_the_twin_of_an_ecdsa_signature_is_the_same_answer(backend: Backend) -> None:
    """(r, n - s) holds whenever (r, s) does: anybody can make a new signature from an old one."""
    signer = pair("erp", ec_key(2))
    root = sign(reply(), by=signer, algorithm=f"{MORE}ecdsa-sha256")
    soap = backend.client(security(reply={"certificate": signer.pem}))
    backend.says(root)
    await ask(soap)

    value = find(root, "s:Header/wsse:Security/ds:Signature/ds:SignatureValue")
    held = b64decode(value.text or "")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    twin = order - int.from_bytes(held[32:], "big")
    value.text = b64encode(held[:32] + twin.to_bytes(32, "big")).decode()
    backend.says(root)

    assert await refusal(soap) == "a signed answer that was given before"


async def test_no_more_answers_are_taken_than_can_be_remembered(backend: Backend) -> None:
    soap = backend.client(security(reply={"certificate": theirs().pem, "replays_held": 2}))
    for _ in range(2):
        backend.says(sign(reply()))
        await ask(soap)

    backend.says(sign(reply()))

    assert await refusal(soap) == "more signed answers than can be told from replays"


async def test_a_prefix_redeclared_around_a_signed_part_changes_nothing(backend: Backend) -> None:
    """xsi:type="x:Answer" is text to a signature: what `x` means may be said outside of it."""
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    payload = (
        f'<Answer xmlns="urn:test" {xsi}><Count xsi:type="outside:int">3</Count>'
        "<Price>1</Price></Answer>"
    )
    root = sign(reply(payload))
    text = etree.tostring(root).replace(
        b"<s:Envelope ", b'<s:Envelope xmlns:outside="http://www.w3.org/2001/XMLSchema" '
    )
    backend.says(text)

    assert "declare" in await refusal(backend.client(security()))


async def test_a_fault_nobody_signed_is_not_in_the_vendors_name(backend: Backend) -> None:
    """Else anybody between us could say that there is no such order, and have it made again."""
    fault = "<s:Fault><faultcode>s:Server.None</faultcode><faultstring/></s:Fault>"
    backend.status = "500 Internal Server Error"
    soap = backend.client(security())

    backend.says(reply(fault))
    with pytest.raises(Exception, match="the backend failed"):
        await ask(soap)

    backend.says(sign(reply(fault)))
    with pytest.raises(Exception, match="no such thing"):
        await ask(soap)


async def test_an_empty_answer_cannot_be_signed(backend: Backend) -> None:
    backend.says(b"")

    assert "empty answer" in await refusal(backend.client(security()))


@pytest.mark.parametrize(
    ("created", "expires", "says"),  # seconds from now, or a text
    [
        (120, 300, "a Timestamp from the future; compare the clocks"),
        (-400, -100, "a Timestamp that has expired"),
        (-400, 10**8, "a Timestamp that has expired"),  # whatever it says
        (-20, -30, "a Timestamp that expires before it was created"),
        ("2025-01-01T00:00:00", 60, "a Timestamp that is no moment"),
        ("2025-13-01T00:00:00Z", 60, "a Timestamp that is no moment"),
        ("0001-01-01T00:00:00+14:00", 60, "a Timestamp that is no moment"),
        ("yesterday", 60, "a Timestamp that is no moment"),
    ],
    ids=range(8),
)
async def test_a_timestamp_is_held_to_our_clock(
    backend: Backend, created: float | str, expires: float, says: str
) -> None:
    created = created if isinstance(created, str) else moment(created)
    backend.says(sign(reply(created=created, expires=moment(expires))))

    assert await refusal(backend.client(security())) == says


@pytest.mark.parametrize("name", ["Created", "Expires"])
async def test_a_timestamp_with_two_times_is_refused(backend: Backend, name: str) -> None:
    root = reply()
    timestamp = find(root, "s:Header/wsse:Security/wsu:Timestamp")
    timestamp.append(deepcopy(find(timestamp, f"wsu:{name}")))
    backend.says(sign(root))

    assert await refusal(backend.client(security())) == "a Timestamp that says two times"


async def test_a_timestamp_without_a_beginning_is_refused(backend: Backend) -> None:
    root = reply()
    timestamp = find(root, "s:Header/wsse:Security/wsu:Timestamp")
    timestamp.remove(find(timestamp, "wsu:Created"))
    backend.says(sign(root))

    expected = "a Timestamp that does not say when it was created"
    assert await refusal(backend.client(security())) == expected
