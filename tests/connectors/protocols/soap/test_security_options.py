"""What a vendor's file says about security is checked at start, by the path of its key."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pydantic import ValidationError

from connectors.protocols.options import HttpOptions
from connectors.protocols.soap.security.options import SecurityOptions
from runtime.settings import faults_at
from tests.connectors.protocols.soap.pki import authority, ours, pair, rsa_key, stranger, theirs

OURS = {"key": ours().key_pem, "certificate": ours().pem}
PEM = (Encoding.PEM, PrivateFormat.PKCS8)
ENCRYPTED = ours().key.private_bytes(*PEM, BestAvailableEncryption(b"x")).decode()
OF_ANOTHER_KIND = ed25519.Ed25519PrivateKey.generate().private_bytes(*PEM, NoEncryption()).decode()
WEAK = pair("weak", rsa_key(5, 1024))


class Options(HttpOptions):
    security: SecurityOptions | None = None


def faults(**options: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Options.model_validate({"url": "https://erp.test", **options})
    return faults_at("backends.erp", caught.value)


def secured(**options: Any) -> str:
    [fault] = faults(security=options)
    return fault.removeprefix("backends.erp.security.").replace("Value error, ", "")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("hunter2", "not a private key in PEM"),
        (ours().pem, "not a private key in PEM"),
        (ENCRYPTED, "an encrypted private key; give it in the clear, by reference"),
        (OF_ANOTHER_KIND, "neither an RSA nor an elliptic-curve key"),
        (WEAK.key_pem, "an RSA key of 1024 bits; 2048 are the least"),
    ],
)
def test_a_key_has_to_be_one(key: str, says: str) -> None:
    assert secured(signature={**OURS, "key": key}) == f"signature.key: {says}"


def test_a_certificate_has_to_be_one() -> None:
    assert (
        secured(signature={**OURS, "certificate": "hunter2"})
        == "signature.certificate: not a certificate in PEM"
    )
    assert (
        secured(signature={**OURS, "certificate": stranger().pem})
        == "signature.certificate: the certificate of another key"
    )
    assert (
        secured(reply={"certificate": WEAK.pem})
        == "reply.certificate: an RSA key of 1024 bits; 2048 are the least"
    )


def test_a_reply_is_held_to_a_certificate_or_to_a_ca_and_a_name() -> None:
    either = "reply.ca: give either `certificate` or `ca`"
    together = "reply.common_name: `ca` and `common_name` go together: a CA issues to many"

    assert either in secured(reply={})
    assert either in secured(reply={"certificate": theirs().pem, "ca": authority().pem})
    assert secured(reply={"ca": authority().pem}) == together
    assert secured(reply={"certificate": theirs().pem, "common_name": "erp"}) == together


def test_what_is_not_known_is_refused() -> None:
    assert "Extra inputs" in secured(encryption={})
    assert secured(username_token={"user": "u"}).startswith("username_token.password: ")


def test_no_secret_is_quoted() -> None:
    broken = {"key": "hunter2", "certificate": "hunter2"}

    said = faults(security={"signature": broken}, tls=broken)

    assert len(said) == 4
    assert "hunter2" not in str(said)
    assert "hunter2" not in repr(
        SecurityOptions.model_validate({"username_token": {"user": "u", "password": "hunter2"}})
    )


@pytest.mark.parametrize(
    ("tls", "says"),
    [
        ({"key": ours().key_pem}, "tls.certificate: `key` and `certificate` go together"),
        ({"certificate": ours().pem}, "tls.certificate: `key` and `certificate` go together"),
        (
            {**OURS, "certificate": stranger().pem},
            "tls.certificate: the certificate of another key",
        ),
        ({"ca": "hunter2"}, "tls.ca: not a certificate in PEM"),
    ],
)
def test_tls_is_checked_likewise(tls: dict[str, str], says: str) -> None:
    [fault] = faults(tls=tls)

    assert fault.replace("Value error, ", "") == f"backends.erp.{says}"


def test_certificates_need_https() -> None:
    [fault] = faults(url="http://erp.test", tls={"ca": authority().pem})

    assert fault == "backends.erp.tls: Value error, the URL is not an https one"


def test_good_options_are_taken(tmp_path: Path) -> None:
    options = Options.model_validate(
        {
            "url": "https://erp.test",
            "tls": {"ca": authority().pem, **OURS},
            "security": {"signature": OURS, "reply": {"certificate": theirs().pem}},
        }
    )

    assert options.tls is not None
    assert list(tmp_path.iterdir()) == []
    assert options.tls.context().minimum_version.name == "TLSv1_2"
