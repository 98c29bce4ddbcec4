"""Mail over SMTP: what a relay may do to us, and what we never do to it. Over real sockets."""

import asyncio
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.protocols.mail.client import MailBackend
from connectors.protocols.mail.letter import Letter
from connectors.protocols.mail.mailbox import mailbox
from connectors.protocols.mail.options import MailOptions
from connectors.reach import Reach
from runtime.calls.network import NetworkSender
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable
from tests.connectors.protocols.relays import scripted, self_signed, with_tls

LETTER = Letter(
    message_id="one@shop.test",
    date=datetime(2026, 3, 1, tzinfo=UTC),
    sender=mailbox("shop@shop.test"),
    sender_name="Shop",
    to=mailbox("ada@example.com"),
    to_name="",
    subject="Hello",
    text="Hello",
)
LOGIN = {"user": "strata", "password": "påss"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture(scope="module")
def trusted(certificate: Path) -> dict[str, Any]:
    """The options that trust that certificate."""
    return {"tls": {"ca": "".join(certificate.read_text().partition("-----BEGIN CERT")[1:])}}


def backend(url: str, **options: Any) -> MailBackend:
    options = {"url": url, "timeout_seconds": 2, **LOGIN, **options}
    return MailBackend("mail", MailOptions.model_validate(options), Reach(NetworkSender()))


async def refused(url: str, letter: Letter = LETTER, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        await backend(url, **{"timeout_seconds": 0.3} | options).send("send", letter)
    return caught.value


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "smtps"])
async def test_a_letter_goes_encrypted_to_a_relay_we_trust(
    certificate: Path, trusted: dict[str, Any], implicit: bool
) -> None:
    async with with_tls(certificate, implicit=implicit) as (url, letters):
        await backend(url, unencrypted="never", **trusted).send("send", LETTER)

    [envelope] = letters.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("shop@shop.test", ["ada@example.com"])
    assert b"Message-ID: <one@shop.test>" in (envelope.original_content or b"")


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "smtps"])
async def test_a_certificate_nobody_vouches_for_is_for_an_operator(
    certificate: Path, implicit: bool
) -> None:
    async with with_tls(certificate, implicit=implicit) as (url, letters):
        problem = await refused(url, unencrypted="never", timeout_seconds=2)

    assert isinstance(problem, Misconfigured)
    assert letters.taken == []


async def test_a_relay_without_encryption_hears_no_password_and_no_letter() -> None:
    async with scripted() as relay:
        problem = await refused(relay.url, unencrypted="never")

    assert isinstance(problem, Misconfigured)
    assert relay.verbs() == ["EHLO"]


@pytest.mark.parametrize(
    ("url", "unencrypted", "encrypted"),
    [
        ("smtp://relay.test", "loopback", True),
        ("smtp://10.0.0.1", "loopback", True),
        ("smtp://127.0.0.1:25", "loopback", False),
        ("smtp://localhost:25", "loopback", False),
        ("smtp://[::1]:25", "loopback", False),
        ("smtp://127.0.0.1:25", "never", True),
        ("smtp://relay.test", "anywhere", False),
        ("smtps://relay.test", "anywhere", True),
    ],
)
def test_a_connection_is_encrypted_unless_it_stays_here_or_somebody_says_so(
    url: str, unencrypted: str, encrypted: bool
) -> None:
    options = MailOptions.model_validate({"url": url, "unencrypted": unencrypted})

    assert options.encrypted is encrypted


async def test_what_was_said_before_encryption_is_forgotten() -> None:
    """Whoever sits in between may slip in replies ahead of the handshake (CVE-2011-0411)."""
    smuggled = b"220 go on\r\n250-evil\r\n250 AUTH PLAIN\r\n235 welcome\r\n"
    offers = b"250-relay\r\n250 STARTTLS\r\n"
    async with scripted(EHLO=offers, STARTTLS=smuggled) as relay:
        problem = await refused(relay.url, unencrypted="never")

    assert isinstance(problem, Unavailable)
    assert "AUTH" not in relay.verbs()


async def test_a_wrong_password_is_tried_once_and_by_one_method() -> None:
    offers = b"250-relay\r\n250 AUTH CRAM-MD5 PLAIN LOGIN\r\n"
    async with scripted(EHLO=offers, AUTH=b"535 5.7.8 no\r\n") as relay:
        problem = await refused(relay.url, timeout_seconds=2)

    assert isinstance(problem, Misconfigured)
    assert relay.verbs() == ["EHLO", "AUTH", "QUIT"]


@pytest.mark.parametrize("offers", [b"250 relay\r\n", b"250-relay\r\n250 AUTH GSSAPI\r\n"])
async def test_no_way_to_log_in_is_for_an_operator(offers: bytes) -> None:
    async with scripted(EHLO=offers) as relay:
        assert isinstance(await refused(relay.url), Misconfigured)

    assert "MAIL" not in relay.verbs()


async def test_an_address_beyond_ascii_needs_a_relay_that_takes_it() -> None:
    umlaut = replace(LETTER, to=mailbox("jörg@x.test"))
    async with scripted() as relay:
        problem = await refused(relay.url, umlaut)

    assert problem.slug == "undeliverable"
    assert "MAIL" not in relay.verbs()


REPLIES: dict[str, tuple[dict[str, bytes], type[Problem], str]] = {
    "many lines": (
        {"RCPT": b"550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n"},
        Rejected,
        "undeliverable",
    ),
    "no enhanced code": ({"RCPT": b"550 never heard of\r\n"}, Rejected, "undeliverable"),
    "relaying denied": ({"RCPT": b"554 5.7.1 denied\r\n"}, Misconfigured, "misconfigured"),
    "login wanted": ({"MAIL": b"530 5.7.0 who are you\r\n"}, Misconfigured, "misconfigured"),
    "our sender is unwelcome": (
        {"MAIL": b"550 5.1.8 bad sender\r\n"},
        Misconfigured,
        "misconfigured",
    ),
    "blocked at the door": ({"greeting": b"554 5.7.1 listed\r\n"}, Misconfigured, "misconfigured"),
    "mailbox full": ({"RCPT": b"452 4.2.2 full\r\n"}, Unavailable, "unavailable"),
    "greylisted at the letter": ({".": b"451 4.7.1 later\r\n"}, Unavailable, "unavailable"),
    "mailbox full for good": (
        {"RCPT": b"552 5.2.2 full\r\n"},
        Rejected,
        "undeliverable",
    ),
    "spam": ({".": b"554 5.6.0 spam\r\n"}, Rejected, "message-refused"),
    "too large": ({".": b"552 5.3.4 too much\r\n"}, Rejected, "too-large"),
    "too large, said at once": ({"MAIL": b"552 5.3.4 too much\r\n"}, Rejected, "too-large"),
    "nonsense": ({"RCPT": b"hello?\r\n"}, Unavailable, "bad-answer"),
    "another step's reply": ({"RCPT": b"354 go on\r\n"}, Unavailable, "bad-answer"),
    "it hangs up": ({"RCPT": b""}, Unavailable, "connection-lost"),
    "it hangs up after the letter": ({".": b""}, Unavailable, "connection-lost"),
}


@pytest.mark.parametrize("reply", REPLIES)
async def test_a_reply_is_told_as_what_it_is(reply: str) -> None:
    answers, family, slug = REPLIES[reply]
    async with scripted(**answers) as relay:
        problem = await refused(relay.url, timeout_seconds=1)

    assert isinstance(problem, family)
    assert problem.slug == slug
    assert not any(word in str(problem.document) for word in ("spam", "denied", "never heard"))


@pytest.mark.parametrize("piece", [b"x" * 60_000, b"220-more\r\n" * 6_000], ids=["line", "lines"])
async def test_a_reply_without_end_is_not_collected(piece: bytes) -> None:
    async with scripted(endless=piece) as relay:
        tracemalloc.start()
        problem = await refused(relay.url, timeout_seconds=1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert problem.slug == "bad-answer"
    assert most < 3_000_000


async def test_a_letter_that_was_taken_is_taken_however_the_relay_says_goodbye() -> None:
    for goodbye in (b"", b"hello?\r\n", b"421 4.3.2 closing\r\n"):
        async with scripted(QUIT=goodbye) as relay:
            await backend(relay.url).send("send", LETTER)

        assert relay.verbs()[-1] == "QUIT"


async def test_a_relay_that_is_silent_at_goodbye_costs_half_a_second_at_most() -> None:
    async with scripted(QUIT=b" ") as relay:
        started = asyncio.get_running_loop().time()
        await backend(relay.url, timeout_seconds=5).send("send", LETTER)

    assert asyncio.get_running_loop().time() - started < 1.5


async def test_no_dot_ends_a_letter_early() -> None:
    smuggling = "one\n.\nMAIL FROM:<eve@x.test>\r\n.\r\ntwo\r.\rthree\n..four\n.five"
    letter = replace(LETTER, text=smuggling)

    async with scripted() as relay:
        await backend(relay.url).send("send", letter)

    assert relay.verbs().count("MAIL") == 1
    assert relay.verbs()[-1] == "QUIT"
