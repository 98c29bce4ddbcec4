"""What a request proves about us, as another implementation (signxml) and the profiles' own words
have it."""

import hashlib
from base64 import b64decode, b64encode
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration, XMLVerifier

from connectors.protocols.soap.addressing import Addressing
from runtime.problems import Problem
from runtime.resilience.guard import Guard
from runtime.resilience.policy import LENIENT
from tests.connectors.protocols.soap.envelopes import OASIS, find, q, reply, sign
from tests.connectors.protocols.soap.pki import Pair, ec_key, ours, pair
from tests.connectors.protocols.soap.secured import Backend, ask, security

PASSWORD = "p4ss&<wörd>"
TOKEN = "s:Header/wsse:Security/wsse:UsernameToken"


def signature(by: Pair, **more: str) -> dict[str, Any]:
    return {"key": by.key_pem, "certificate": by.pem, **more}


def user(**more: Any) -> dict[str, Any]:
    return {"user": "strata", "password": PASSWORD, **more}


async def sent(backend: Backend, addressing: Addressing | None = None, **options: Any) -> Any:
    """The envelope of a call with these options."""
    backend.says(reply())
    await ask(backend.client(security(reply=None, **options), addressing))
    return backend.envelope()


async def test_a_user_and_a_password_go_as_text(backend: Backend) -> None:
    token = find(await sent(backend, username_token=user()), TOKEN)

    password = find(token, "wsse:Password")
    assert find(token, "wsse:Username").text == "strata"
    assert password.text == PASSWORD
    assert password.get("Type") == f"{OASIS}username-token-profile-1.0#PasswordText"


async def test_a_digest_is_what_the_profile_says(backend: Backend) -> None:
    token = find(await sent(backend, username_token=user(digest=True)), TOKEN)

    nonce = b64decode(find(token, "wsse:Nonce").text or "")
    created = find(token, "wsu:Created").text or ""
    octets = nonce + created.encode() + PASSWORD.encode()
    expected = b64encode(hashlib.sha1(octets).digest()).decode()  # noqa: S324 - the profile's own
    assert find(token, "wsse:Password").text == expected
    assert PASSWORD not in etree.tostring(token, encoding="unicode")
    assert len(nonce) == 16


async def test_a_nonce_is_used_once(backend: Backend) -> None:
    nonces = set()
    for _ in range(5):
        envelope = await sent(backend, username_token=user(digest=True))
        nonces.add(find(envelope, f"{TOKEN}/wsse:Nonce").text)

    assert len(nonces) == 5


async def test_a_request_says_how_long_it_is_valid(backend: Backend) -> None:
    envelope = await sent(backend, timestamp_seconds=30, username_token=user())

    timestamp = find(envelope, "s:Header/wsse:Security/wsu:Timestamp")
    created, expires = (datetime.fromisoformat(element.text or "") for element in timestamp)
    assert expires - created == timedelta(seconds=30)
    assert abs(datetime.now(created.tzinfo) - created) < timedelta(seconds=5)
    assert (timestamp[0].text or "").endswith("Z")


async def test_no_timestamp_is_sent_where_none_is_wanted(backend: Backend) -> None:
    envelope = await sent(backend, timestamp_seconds=0, username_token=user())

    assert envelope.find(".//{*}Timestamp") is None


async def test_the_header_must_be_understood(backend: Backend) -> None:
    header = find(await sent(backend, username_token=user()), "s:Header/wsse:Security")

    assert header.get(q("s:mustUnderstand")) == "1"


def verified(envelope: etree._Element, by: Pair, method: SignatureMethod) -> set[str]:
    """The names of what signxml finds signed."""
    references = envelope.findall(".//{*}Reference[{*}DigestValue]")
    config = SignatureConfiguration(
        location=f"./{q('s:Header')}/{q('wsse:Security')}/",
        expect_references=len(references),
        signature_methods=frozenset({method}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
    )
    results = XMLVerifier().verify(
        etree.tostring(envelope), x509_cert=by.certificate, expect_config=config
    )
    assert isinstance(results, list)
    assert all(result.signed_xml is not None for result in results)
    return {
        etree.QName(result.signed_xml).localname
        for result in results
        if result.signed_xml is not None
    }


ALL = {"Body", "Timestamp", "UsernameToken", "Action", "MessageID", "To", "ReplyTo"}


@pytest.mark.parametrize(
    ("by", "method"),
    [
        (ours(), SignatureMethod.RSA_SHA256),
        (pair("strata", ec_key(3)), SignatureMethod.ECDSA_SHA256),
    ],
    ids=["rsa", "ecdsa"],
)
async def test_another_implementation_verifies_our_signature(
    backend: Backend, by: Pair, method: SignatureMethod
) -> None:
    envelope = await sent(
        backend, Addressing("urn:erp"), signature=signature(by), username_token=user()
    )

    assert verified(envelope, by, method) == ALL


async def test_what_is_changed_on_the_way_is_noticed(backend: Backend) -> None:
    envelope = await sent(backend, signature=signature(ours()))
    find(envelope, "s:Body")[0][0].text = "2"

    with pytest.raises(Exception, match="Digest mismatch"):
        verified(envelope, ours(), SignatureMethod.RSA_SHA256)


async def test_what_a_prefix_means_is_signed_too(backend: Backend) -> None:
    """Else an xsi:type in the Body could be made another by what is declared around it."""
    text = etree.tostring(await sent(backend, signature=signature(ours())))
    changed = text.replace(b"http://www.w3.org/2001/XMLSchema-instance", b"urn:other", 1)
    assert changed != text

    with pytest.raises(Exception, match="Digest mismatch"):
        verified(etree.fromstring(changed), ours(), SignatureMethod.RSA_SHA256)


async def test_a_certificate_is_sent_or_named(backend: Backend) -> None:
    pointed = {}
    for reference in ("binary-token", "issuer-serial", "key-identifier"):
        envelope = await sent(backend, signature=signature(ours(), reference=reference))
        pointed[reference] = find(envelope, ".//ds:KeyInfo/wsse:SecurityTokenReference"), envelope

    pointer, envelope = pointed["binary-token"]
    token = find(envelope, "s:Header/wsse:Security/wsse:BinarySecurityToken")
    assert b64decode(token.text or "") == ours().der
    assert pointer[0].get("URI") == f"#{token.get(q('wsu:Id'))}"

    serial = find(pointed["issuer-serial"][0], ".//ds:X509SerialNumber").text
    assert serial == str(ours().certificate.serial_number)

    identifier = find(pointed["key-identifier"][0], "wsse:KeyIdentifier").text
    held = ours().certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert b64decode(identifier or "") == held.value.digest


def confirming(value: str | None) -> Any:
    root = reply()
    confirmation = etree.SubElement(
        find(root, "s:Header/wsse:Security"), q("wsse11:SignatureConfirmation")
    )
    confirmation.set(q("wsu:Id"), "confirmed")
    confirmation.set("Value", value or "")
    return sign(root, "ts", "body", "confirmed")


async def test_a_protected_request_is_made_anew_for_each_attempt(backend: Backend) -> None:
    """A backend that saw a nonce or a signature refuses it, and we would blame the password."""
    backend.status = "503 Service Unavailable"
    backend.says(b"")
    nonces = []

    def hears(request: etree._Element) -> bytes:
        nonces.append(find(request, f"{TOKEN}/wsse:Nonce").text)
        return b""

    backend.answers = hears
    secured = security(reply=None, username_token=user(digest=True))
    with pytest.raises(Problem):
        await backend.client(secured).call("Ask", {"No": "1"}, repeatable=True)

    assert len(nonces) == len(set(nonces)) == 3


async def test_a_confirmation_is_held_against_the_attempt_it_answers(backend: Backend) -> None:
    """WSS 1.1.1, 8.5: what is confirmed is the signature of the last attempt, not of the first."""
    soap = backend.client(security(signature=signature(ours())))
    signatures: list[str | None] = []

    def answers(request: etree._Element) -> Any:
        signatures.append(find(request, ".//ds:SignatureValue").text)
        backend.status = "503 Service Unavailable" if len(signatures) == 1 else "200 OK"
        return b"" if len(signatures) == 1 else confirming(signatures[-1])

    backend.answers = answers
    assert (await soap.call("Ask", {"No": "1"}, repeatable=True))["Count"] == 3
    assert len(signatures) == 2


async def test_a_protected_read_is_never_hedged(backend: Backend) -> None:
    backend.guard = Guard("erp", LENIENT.model_copy(update={"hedge_after_ms": 20}))
    backend.says(reply())
    backend.seconds = 0.1

    for secured, sent in ((None, 2), (security(reply=None, username_token=user()), 1)):
        backend.heard.clear()
        with suppress(Problem):  # unsecured, the header is not understood
            await backend.client(secured).call("Ask", {"No": "1"}, read=True)
        assert len(backend.heard) == sent


async def test_a_backend_confirms_the_signature_that_it_answers(backend: Backend) -> None:
    """WSS 1.1.1, 8.5: an answer to another's request has another's signature in it."""
    soap = backend.client(security(signature=signature(ours())))

    backend.answers = lambda request: confirming(find(request, ".//ds:SignatureValue").text)
    assert (await ask(soap))["Count"] == 3

    backend.answers = lambda _: confirming("AAAA")
    with pytest.raises(Problem, match="an answer to somebody else's request"):
        await ask(soap)
