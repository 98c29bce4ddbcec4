"""Secrets and signatures of those who sign instead of bringing a token."""

import hmac
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.access.signed import TOLERANCE, Unsigned, check_signed, key_of
from runtime.settings import SettingsError, load

KEY, BEFORE, STRANGER = (bytes([n]) * 24 for n in (1, 2, 3))
NOW = 1_800_000_000
Headers = dict[bytes, bytes]


def headers(key: bytes, body: bytes, at: int = NOW) -> Headers:
    digest = hmac.new(key, b"m-1.%d.%s" % (at, body), "sha256").digest()
    signature = b"v1," + b64encode(digest)
    stamp = str(at).encode()
    return {b"webhook-id": b"m-1", b"webhook-timestamp": stamp, b"webhook-signature": signature}


def test_the_example_of_the_specification_is_accepted() -> None:
    """From standardwebhooks/standard-webhooks, spec/standard-webhooks.md."""
    body = b'{"test": 2432232314}'
    sent = {
        b"webhook-id": b"msg_p5jXN8AQM9LWM0D4loKWxJek",
        b"webhook-timestamp": b"1614265330",
        b"webhook-signature": b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    check_signed([key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], sent, body, 1614265330)


@pytest.mark.parametrize("key", [KEY, BEFORE])
@pytest.mark.parametrize("late", [-TOLERANCE, 0, TOLERANCE])
def test_each_secret_counts_within_the_tolerance(key: bytes, late: int) -> None:
    check_signed([KEY, BEFORE], headers(key, b"{}", NOW - late), b"{}", NOW)


@pytest.mark.parametrize("late", [-TOLERANCE - 1, TOLERANCE + 1])
def test_what_is_too_old_or_from_the_future_is_refused(late: int) -> None:
    with pytest.raises(Unsigned):
        check_signed([KEY], headers(KEY, b"{}", NOW - late), b"{}", NOW)


def test_without_a_secret_nobody_is_known() -> None:
    with pytest.raises(Unsigned):
        check_signed([], headers(KEY, b"{}"), b"{}", NOW)


@given(st.dictionaries(st.sampled_from(sorted(headers(KEY, b""))), st.binary(max_size=60)))
def test_whatever_else_the_headers_say_is_refused(sent: Headers) -> None:
    with pytest.raises(Unsigned):
        check_signed([KEY], headers(STRANGER, b"{}") | sent, b"{}", NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", "not base64!"])
def test_a_secret_that_cannot_be_one_is_named_and_not_told(tmp_path: Path, secret: str) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(f"security: {{senders: {{erp: {{secrets: ['{secret}']}}}}}}")

    with pytest.raises(SettingsError) as caught:
        load(overlay, {})

    assert "security.senders.erp.secrets" in str(caught.value)
    assert len(secret) < 7 or secret not in str(caught.value)


def test_a_secret_by_reference_is_kept_out_of_sight(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("security: {senders: {erp: {secrets: ['env:ERP']}}}")
    secret = "whsec_" + b64encode(KEY).decode()

    settings = load(overlay, {"ERP": secret})

    assert settings.security.senders["erp"].keys == [KEY]
    assert secret not in repr(settings)
