"""Which signed replies are believed, and by whose certificate."""

from datetime import timedelta

import pytest
from cryptography import x509
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import SignatureReference, XMLSigner

from connectors.protocols.soap.envelope import ReplyError, message_in
from connectors.protocols.soap.security import demand_plain
from tests.connectors.protocols.soap.envelopes import (
    find,
    moment,
    reference,
    reply,
    sign,
    with_token,
)
from tests.connectors.protocols.soap.pki import (
    DAY,
    Pair,
    authority,
    ec_key,
    pair,
    rsa_key,
    stranger,
    theirs,
)
from tests.connectors.protocols.soap.secured import Backend, Clock, ask, refusal, security

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.mark.parametrize(
    ("method", "by"),
    [
        (SignatureMethod.RSA_SHA256, theirs()),
        (SignatureMethod.RSA_SHA512, theirs()),
        (SignatureMethod.SHA256_RSA_MGF1, theirs()),
        (SignatureMethod.ECDSA_SHA256, pair("erp", ec_key(2))),
        (SignatureMethod.ECDSA_SHA384, pair("erp", ec_key(2))),
    ],
)
async def test_what_another_implementation_signed_is_read(
    backend: Backend, method: SignatureMethod, by: Pair
) -> None:
    root = reply()
    signer = XMLSigner(
        SignatureConstructionMethod.detached,
        method,
        DigestAlgorithm.SHA384,
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    references = [
        SignatureReference(f"#{name}", CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        for name in ("ts", "body")
    ]
    made = signer.sign(root, key=by.key, cert=[by.certificate], reference_uri=references)
    find(root, "s:Header/wsse:Security").append(made)
    backend.says(root)

    assert (await ask(backend.client(security(reply={"certificate": by.pem}))))["Count"] == 3


async def test_a_prefix_that_values_use_is_signed_with_them(backend: Backend) -> None:
    """InclusiveNamespaces, as WSS4J has it: the type's prefix is declared on the Envelope."""
    payload = f'<Answer xmlns="urn:test" {XSI}><Count xsi:type="xsd:int">3</Count><Price>1</Price></Answer>'
    declared = b'<s:Envelope xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    root = etree.fromstring(etree.tostring(reply(payload)).replace(b"<s:Envelope ", declared))
    inclusive = (
        '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">'
        '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" '
        'PrefixList="xsd"/></ds:Transform>'
    )
    held = [
        reference(root, "ts"),
        reference(root, "body", transforms=inclusive, prefixes=["xsd"]),
    ]
    backend.says(sign(root, references=held))

    assert (await ask(backend.client(security())))["Count"] == 3


async def test_comments_and_white_space_between_tags_of_a_signature_do_not_matter(
    backend: Backend,
) -> None:
    root = sign(reply())
    value = find(root, ".//ds:SignatureValue")
    value.text = "\n".join((value.text or "")[n : n + 64] for n in range(0, 400, 64))
    backend.says(root)

    assert (await ask(backend.client(security())))["Count"] == 3


async def test_clocks_may_differ_a_little(backend: Backend) -> None:
    backend.says(sign(reply(created=moment(50), expires=moment(110))))
    assert (await ask(backend.client(security())))["Count"] == 3

    backend.says(sign(reply(created=moment(-110), expires=moment(-50))))
    assert (await ask(backend.client(security())))["Count"] == 3


async def test_a_replay_is_refused_until_it_is_too_old_anyway(backend: Backend) -> None:
    clock = Clock()
    soap = backend.client(security(clock, reply={"certificate": theirs().pem, "replays_held": 1}))
    backend.says(sign(reply(expires=moment(3600))))
    await ask(soap)

    clock.ahead = 359  # 300 of age and 60 of skew
    assert await refusal(soap) == "a signed answer that was given before"
    clock.ahead = 361
    assert await refusal(soap) == "a Timestamp that has expired"
    backend.says(sign(reply(created=moment(361), expires=moment(400))))
    assert (await ask(soap))["Count"] == 3  # and its place is free again


async def test_they_may_change_their_certificate(backend: Backend) -> None:
    soap = backend.client(security(reply={"certificate": theirs().pem + stranger().pem}))

    for by in (theirs(), stranger()):
        backend.says(sign(reply(), by=by))
        assert (await ask(soap))["Count"] == 3


@pytest.mark.parametrize("valid", [(-2 * DAY, -DAY), (DAY, 2 * DAY)], ids=["expired", "not yet"])
async def test_a_certificate_out_of_its_time_is_refused(
    backend: Backend, valid: tuple[timedelta, timedelta]
) -> None:
    old = pair("erp", rsa_key(2), valid=valid)
    backend.says(sign(reply(), by=old))

    expected = "signed with a certificate that is not valid now"
    assert await refusal(backend.client(security(reply={"certificate": old.pem}))) == expected


ITS_CA = """\
-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUIgiEWRVR2oqqy6f5SVfM8VbK8yYwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGb3VyIENBMCAXDTI2MTEyMTEyMzUyNVoYDzIxMjYxMDI4MTIz
NTI1WjARMQ8wDQYDVQQDDAZvdXIgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAT+YENTc/Ebq5+0kWjFkfg3hm5Gv0rjjeIANlE8OJMqUf7n8L5COOVGQyhox33D
OIp4uzmJwP6FUXQwhRPPlgWao1MwUTAdBgNVHQ4EFgQUSjDeTOqzyq6vCQ+5BE7Y
BynUzJ4wHwYDVR0jBBgwFoAUSjDeTOqzyq6vCQ+5BE7YBynUzJ4wDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAwhcmrLr085rgHYhsK9nr51+zqOoi
nKp9dgFxikMgCksCIBOtWpGWPT+So7nochmQbfzcCdHQmmP6mRAmt9a+8Ik/
-----END CERTIFICATE-----
"""
ISSUED_WITH_SHA_1 = b"""\
-----BEGIN CERTIFICATE-----
MIIBGDCBwQIUTRSRhskEnpCUT9bpavX9J0kGEJowCQYHKoZIzj0EATARMQ8wDQYD
VQQDDAZvdXIgQ0EwIBcNMjYxMTIxMTIzNTI1WhgPMjEyNjEwMjgxMjM1MjVaMA4x
DDAKBgNVBAMMA2VycDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABO6Sv1hIa4R7
ZtdwSwIVHGLKcyzVeK6pZCD5V3XkIMrHHtAED63GYS0KYm9wMX/fxhSTYk6rKOsL
maef7aa1/aIwCQYHKoZIzj0EAQNHADBEAiAQcnZMkcb+LGMD6Pc7gXD1TWYpyBnr
PJM7OfiRO1IHAAIgV4O5e1d5diwKfXaIgP6kRAUSMJ9x3Nvz83o/w1H3log=
-----END CERTIFICATE-----
"""

FROM_CA = {"ca": authority().pem, "common_name": "erp"}
NOT_ISSUED = "signed with a certificate that our CA did not issue"


def usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signs, False, True, False, False, False, False, False, False)


async def answered(backend: Backend, by: Pair, ca: str = authority().pem) -> str:
    """Why a reply with this certificate in it is refused; nothing if it is read."""
    root, key_info = with_token(reply(), by)
    backend.says(sign(root, by=by, key_info=key_info))
    soap = backend.client(security(reply={"ca": ca, "common_name": "erp"}))
    try:
        await ask(soap)
    except Exception as error:
        return str(error).removeprefix("erp: ")
    return ""


async def test_a_certificate_of_our_ca_is_believed(backend: Backend) -> None:
    assert await answered(backend, pair("erp", rsa_key(4), issuer=authority())) == ""
    signing = pair("erp", rsa_key(4), issuer=authority(), usage=usage(signs=True))
    assert await answered(backend, signing) == ""


async def test_a_certificate_inside_the_signature_is_found(backend: Backend) -> None:
    by = pair("erp", rsa_key(4), issuer=authority())
    bare = "".join(by.pem.split("\n")[1:-2])
    info = f"<ds:X509Data><ds:X509Certificate>{bare}</ds:X509Certificate></ds:X509Data>"
    backend.says(sign(reply(), by=by, key_info=info))

    assert (await ask(backend.client(security(reply=FROM_CA))))["Count"] == 3


async def test_any_other_certificate_is_not(backend: Backend) -> None:
    impostor = pair("our CA", ec_key(9))
    expired = pair("erp", rsa_key(4), issuer=authority(), valid=(-2 * DAY, -DAY))
    somebody_else = "signed with a certificate that was issued to somebody else"

    assert await answered(backend, stranger()) == NOT_ISSUED
    assert await answered(backend, pair("erp", rsa_key(4), issuer=impostor)) == NOT_ISSUED
    assert await answered(backend, pair("mail", rsa_key(4), issuer=authority())) == somebody_else
    unfit = pair("erp", rsa_key(4), issuer=authority(), usage=usage(signs=False))
    assert await answered(backend, unfit) == somebody_else
    assert "not valid now" in await answered(backend, expired)
    weak = pair("erp", rsa_key(5, 1024), issuer=authority())
    assert "cannot be used" in await answered(backend, weak)


async def test_a_ca_out_of_its_time_vouches_for_nobody(backend: Backend) -> None:
    old = pair("our CA", ec_key(1), valid=(-2 * DAY, -DAY))

    by = pair("erp", rsa_key(4), issuer=old)
    assert await answered(backend, by, old.pem) == NOT_ISSUED


async def test_a_certificate_that_was_issued_with_sha_1_is_refused(backend: Backend) -> None:
    """Two of OpenSSL's: whoever finds a collision has our CA issue to somebody else."""
    weak = Pair(ec_key(2), x509.load_pem_x509_certificate(ISSUED_WITH_SHA_1))

    assert await answered(backend, weak, ITS_CA) == NOT_ISSUED


async def test_a_certificate_has_to_come_with_the_signature(backend: Backend) -> None:
    backend.says(sign(reply()))

    expected = "signed without exactly one certificate"
    assert await refusal(backend.client(security(reply=FROM_CA))) == expected


async def test_a_broken_certificate_is_refused(backend: Backend) -> None:
    info = "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>"
    backend.says(sign(reply(), key_info=info))

    expected = "signed with a certificate that cannot be used"
    assert await refusal(backend.client(security(reply=FROM_CA))) == expected


async def test_a_timestamp_counts_where_nobody_signs(backend: Backend) -> None:
    soap = backend.client(security(reply=None))
    backend.says(reply())
    assert (await ask(soap))["Count"] == 3

    backend.says(reply(created=moment(-500), expires=moment(-400)))
    assert await refusal(soap) == "a Timestamp that has expired"


async def test_a_signature_that_must_be_understood_needs_a_certificate(backend: Backend) -> None:
    backend.says(sign(reply()))

    expected = "a signature to be understood, and nobody told us whose"
    assert await refusal(backend.client(security(reply=None))) == expected


@pytest.mark.parametrize("name", ["EncryptedData", "EncryptedKey"])
async def test_what_is_encrypted_is_refused(backend: Backend, name: str) -> None:
    secret = f'<x:{name} xmlns:x="http://www.w3.org/2001/04/xmlenc#"/>'

    for root in (reply(secret), reply(header=f'<t:H xmlns:t="urn:t">{secret}</t:H>')):
        backend.says(root)
        assert await refusal(backend.client()) == "encrypted, which is not spoken here"


SECRET = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><a>'
    '<x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/></a></s:Body></s:Envelope>'
)
HASH_IN_UTF_7 = SECRET.replace("#", "+ACM-")


@pytest.mark.parametrize(
    ("body", "media"),
    [
        pytest.param(SECRET.encode(), "", id="as it is"),
        pytest.param(SECRET.replace("#", "&#35;").encode(), "", id="by number"),
        pytest.param(SECRET.encode("utf-16"), "", id="UTF-16"),
        pytest.param(SECRET.encode("utf-16-be"), "text/xml; charset=utf-16be", id="no mark"),
        pytest.param(HASH_IN_UTF_7.encode(), "text/xml; charset=utf-7", id="UTF-7"),
        pytest.param(
            f'<?xml version="1.0" encoding="UTF-7"?>{HASH_IN_UTF_7}'.encode(),
            "text/xml",
            id="UTF-7 by declaration",
        ),
    ],
)
def test_what_is_encrypted_is_found_however_it_is_written(body: bytes, media: str) -> None:
    with pytest.raises(ReplyError, match="encrypted"):
        demand_plain(message_in(body, media))
