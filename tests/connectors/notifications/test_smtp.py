"""The SMTP connector against the simulated relay, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from connectors.notifications.smtp import Connector, Options
from connectors.reach import Reach
from contracts.models.system.notifications.v1 import NewMessage
from runtime.calls.http import Sender
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable
from tests.connectors.sandboxed import Sandboxed

WELCOME = NewMessage(
    to="ada@example.com",
    to_name="Ada Ålund",
    language="sv",
    subject="Välkommen!",
    text="Hej,\n.\n..en punkt\n" + "lång " * 300,
    html="<p>Hej</p>",
)
START = datetime(2026, 3, 1, 12, 0, 0, 250_000, UTC)


@pytest.fixture
async def relay(sandbox_urls: dict[str, str], network: Sender) -> AsyncIterator[Sandboxed]:
    relay = Sandboxed(sandbox_urls["mail"], network)
    await relay.calm()
    yield relay
    await relay.calm()


class Clock:
    """Seconds go by between any two looks."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=7)
        return self.now


CLOCK = Clock()


@pytest.fixture
def options(sandbox_urls: dict[str, str]) -> dict[str, Any]:
    options = {"url": sandbox_urls["smtp"], "user": "strata", "password": "sandbox"}
    return {**options, "sender": "shop@strata.example", "sender_name": "Strata Shop"}


@pytest.fixture
def mail(options: dict[str, Any], network: Sender, tmp_path: Path) -> Connector:
    return connector(network, tmp_path, **options)


def connector(network: Sender, data_dir: Path, **options: Any) -> Connector:
    reach = Reach(network, clock=CLOCK, data_dir=data_dir)
    return Connector(Options.model_validate({"timeout_seconds": 1} | options), reach)


@pytest.fixture
def ref() -> str:
    return f"onboarding:{uuid4().hex}"


async def delivered(relay: Sandboxed, reference: str) -> dict[str, Any]:
    letters = (await relay.state())["letters"]
    assert reference in letters
    letter: dict[str, Any] = letters[reference]
    return letter


async def test_a_letter_arrives_as_it_was_written(
    mail: Connector, relay: Sandboxed, ref: str
) -> None:
    message = await mail.put_message(ref, WELCOME)

    letter = await delivered(relay, message.reference)
    assert (letter["sender"], letter["recipients"]) == ("shop@strata.example", ["ada@example.com"])
    assert letter["subject"] == "Välkommen!"
    assert letter["text"].replace("\r\n", "\n").rstrip("\n") == WELCOME.text
    assert letter["html"].strip() == "<p>Hej</p>"
    assert message.reference.endswith("@strata.example>")


async def test_what_was_accepted_is_not_sent_again_even_by_another_process(
    mail: Connector, relay: Sandboxed, network: Sender, tmp_path: Path, options: Any, ref: str
) -> None:
    message = await mail.put_message(ref, WELCOME)

    restarted = connector(network, tmp_path, **options)

    assert await restarted.put_message(ref, WELCOME) == message
    assert (await delivered(relay, message.reference))["deliveries"] == 1


async def test_many_at_once_are_sent_once(mail: Connector, relay: Sandboxed, ref: str) -> None:
    told = await asyncio.gather(*(mail.put_message(ref, WELCOME) for _ in range(5)))

    assert (await delivered(relay, told[0].reference))["deliveries"] == 1


@pytest.mark.parametrize("kind", ["drop_after_commit", "truncated"])
async def test_a_letter_whose_answer_was_lost_is_sent_again_to_the_octet_the_same(
    mail: Connector, relay: Sandboxed, ref: str, kind: str
) -> None:
    await relay.fault("message", kind)

    message = await mail.put_message(ref, WELCOME)

    letter = await delivered(relay, message.reference)
    assert (letter["deliveries"], letter["alwaysTheSame"]) == (2, True)


async def test_silence_after_the_last_dot_leaves_it_unknown_and_the_next_put_settles_it(
    mail: Connector, relay: Sandboxed, network: Sender, tmp_path: Path, options: Any, ref: str
) -> None:
    await relay.fault("message", "timeout_after_commit")

    with pytest.raises(Unavailable) as caught:
        await mail.put_message(ref, WELCOME)
    unknown = await mail.get_message(ref)
    restarted = connector(network, tmp_path, **options)
    message = await restarted.put_message(ref, WELCOME)

    assert caught.value.code == 504
    assert (unknown.status, unknown.accepted_at) == ("unknown", None)
    assert (message.status, message.reference) == ("accepted", unknown.reference)
    assert message.first_tried_at == unknown.first_tried_at
    letter = await delivered(relay, message.reference)
    assert (letter["deliveries"], letter["alwaysTheSame"]) == (2, True)


async def test_a_caller_that_hangs_up_leaves_it_unknown(
    mail: Connector, relay: Sandboxed, ref: str
) -> None:
    await relay.fault("message", "timeout_after_commit")
    under_way = asyncio.create_task(mail.put_message(ref, WELCOME))
    while not await relay.calls("message"):  # noqa: ASYNC110 - the relay is another process
        await asyncio.sleep(0.01)
    under_way.cancel()
    with suppress(asyncio.CancelledError):
        await under_way

    assert (await mail.get_message(ref)).status == "unknown"
    assert (await mail.put_message(ref, WELCOME)).status == "accepted"


async def test_greylisting_is_told_at_once_and_passes_with_time(
    mail: Connector, relay: Sandboxed, ref: str
) -> None:
    later = WELCOME.model_copy(update={"to": f"later@{uuid4().hex}.example"})

    with pytest.raises(Unavailable) as caught:
        await mail.put_message(ref, later)
    tries = len(await relay.calls("rcpt"))
    await relay.advance_clock(61)

    assert (caught.value.code, caught.value.document["retryAfter"]) == (503, 60)
    assert tries == 1
    assert (await mail.put_message(ref, later)).status == "accepted"


async def test_a_relay_that_is_too_busy_is_tried_again(
    mail: Connector, relay: Sandboxed, ref: str
) -> None:
    await relay.fault("connect", "busy", times=2)

    assert (await mail.put_message(ref, WELCOME)).status == "accepted"
    assert len(await relay.calls("connect")) == 3


async def test_a_mailbox_that_is_made_later_can_be_written_to_under_the_same_id(
    mail: Connector, relay: Sandboxed, ref: str
) -> None:
    await relay.fault("rcpt", "mailbox_unavailable")
    with pytest.raises(Rejected):
        await mail.put_message(ref, WELCOME)

    assert (await mail.put_message(ref, WELCOME)).status == "accepted"
    assert (await mail.get_message(ref)).status == "accepted"


async def test_a_used_id_stays_with_its_content_even_if_that_was_refused(
    mail: Connector, ref: str
) -> None:
    with pytest.raises(Rejected):
        await mail.put_message(ref, WELCOME.model_copy(update={"to": "nobody@example.com"}))

    with pytest.raises(Rejected) as caught:
        await mail.put_message(ref, WELCOME)

    assert caught.value.slug == "conflict"


@pytest.mark.parametrize(
    ("operation", "kind"), [("auth", "unauthorized"), ("rcpt", "relay_denied"), ("mail", "refused")]
)
async def test_what_is_about_us_is_for_an_operator(
    mail: Connector, relay: Sandboxed, ref: str, operation: str, kind: str
) -> None:
    await relay.fault(operation, kind)

    with pytest.raises(Misconfigured):
        await mail.put_message(ref, WELCOME)

    assert len(await relay.calls(operation)) == 1


BAD_DAYS = {
    "nothing listens": ("", "", 503),
    "a reset at the greeting": ("connect", "drop_connection", 503),
    "a web server answers": ("connect", "garbage", 502),
    "a slow greeting": ("connect", "slow_drip", 504),
    "half a greeting": ("connect", "truncated", 503),
    "half an EHLO": ("ehlo", "truncated", 502),
    "a slow EHLO": ("ehlo", "slow_drip", 504),
    "a reset at login": ("auth", "drop_connection", 502),
    "garbage for a recipient": ("rcpt", "garbage", 502),
    "an error of its own": ("rcpt", "local_error", 503),
    "a reset before the letter": ("data", "drop_connection", 502),
    "a reset after the letter": ("message", "drop_after_commit", 502),
    "silence after the letter": ("message", "timeout_after_commit", 504),
    "garbage after the letter": ("message", "garbage", 502),
}


@pytest.mark.parametrize("bad_day", BAD_DAYS)
async def test_a_bad_day_is_told_as_what_it_is_within_its_deadline_and_without_a_word_of_the_letter(
    network: Sender, relay: Sandboxed, tmp_path: Path, options: Any, ref: str, bad_day: str
) -> None:
    operation, kind, status = BAD_DAYS[bad_day]
    url = {} if kind else {"url": "smtp://127.0.0.1:1"}
    mail = connector(network, tmp_path, **options | url | {"timeout_seconds": 0.4})
    if kind:
        await relay.fault(operation, kind, times=9)
    started = asyncio.get_running_loop().time()

    with capture_logs() as lines, pytest.raises(Unavailable) as caught:
        await mail.put_message(ref, WELCOME)

    assert asyncio.get_running_loop().time() - started < 0.4 + 1.0
    assert caught.value.code == status
    assert not isinstance(caught.value, Misconfigured)
    said = f"{caught.value.document} {lines}"
    assert lines
    assert not any(word in said for word in ("ada", "Ada", "Hej", "Väl", "sandbox"))
    assert (await mail.get_message(ref)).status == "unknown"


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("to", "ada@example.com\r\nRCPT TO:<eve@example.com>", "#/to"),
        ("to", "ada@example.com>", "#/to"),
        ("to", "<ada@example.com", "#/to"),
        ("to", '"ada@x"@example.com', "#/to"),
        ("to", "ada@@example.com", "#/to"),
        ("to", "ada@exa_mple.com", "#/to"),
        ("to", f"{'a' * 65}@example.com", "#/to"),
        ("subject", "Hi\r\nBcc: eve@example.com", "#/subject"),
        ("subject", "Hi\nBcc: eve@example.com", "#/subject"),
        ("subject", "Hi\x85Bcc: eve@example.com", "#/subject"),
        ("subject", "Hi\u2028Bcc: eve@example.com", "#/subject"),
        ("to_name", "Ada\rBcc: eve@example.com", "#/toName"),
        ("language", "sv\r\nBcc: eve@example.com", "#/language"),
    ],
)
async def test_nothing_that_hides_a_second_header_or_address_is_sent(
    mail: Connector, relay: Sandboxed, ref: str, field: str, value: str, pointer: str
) -> None:
    message = WELCOME.model_copy(update={field: value})  # past the contract's patterns

    with pytest.raises(Rejected) as caught:
        await mail.put_message(ref, message)

    assert [error["pointer"] for error in caught.value.document["errors"]] == [pointer]
    assert "eve" not in str(caught.value.document)
    assert await relay.calls() == []


async def test_an_address_of_any_alphabet_is_written_to(
    mail: Connector, relay: Sandboxed, ref: str
) -> None:
    message = await mail.put_message(ref, WELCOME.model_copy(update={"to": "jörg@straße.example"}))

    letter = await delivered(relay, message.reference)
    assert letter["recipients"] == ["jörg@xn--strae-oqa.example"]


async def test_a_letter_over_the_cap_is_not_sent(
    network: Sender, relay: Sandboxed, tmp_path: Path, options: Any, ref: str
) -> None:
    mail = connector(network, tmp_path, **options, max_bytes=1000)

    with pytest.raises(Rejected) as caught:
        await mail.put_message(ref, WELCOME)

    assert caught.value.slug == "too-large"
    assert await relay.calls() == []


async def test_a_letter_the_relay_would_not_take_is_not_sent_to_its_end(
    network: Sender, relay: Sandboxed, tmp_path: Path, options: Any, ref: str
) -> None:
    mail = connector(network, tmp_path, **options, max_bytes=9_000_000)
    long = WELCOME.model_copy(update={"text": "x" * 1_200_000})

    with pytest.raises(Rejected) as caught:
        await mail.put_message(ref, long)

    assert caught.value.slug == "too-large"
    assert await relay.calls("data") == []


async def test_without_its_ledger_nothing_is_sent(
    network: Sender, relay: Sandboxed, tmp_path: Path, options: Any, ref: str
) -> None:
    (tmp_path / "notifications-smtp.db").write_text("not a database, and long enough to see that")
    mail = connector(network, tmp_path, **options)

    with pytest.raises(Unavailable):
        await mail.put_message(ref, WELCOME)

    assert await relay.calls() == []


async def test_the_ledger_holds_nothing_personal(mail: Connector, tmp_path: Path, ref: str) -> None:
    await mail.put_message(ref, WELCOME)

    kept = (tmp_path / "notifications-smtp.db").read_bytes()
    assert ref.encode() in kept
    assert not any(word in kept for word in (b"ada", b"Ada", b"Hej"))


async def test_what_was_sent_is_known_for_as_long_as_configured(
    network: Sender, tmp_path: Path, options: Any, ref: str
) -> None:
    clock = Clock()
    reach = Reach(network, clock=clock, data_dir=tmp_path)
    mail = Connector(Options.model_validate(options | {"keep_days": 30}), reach)
    first = await mail.put_message(ref, WELCOME)
    clock.now += timedelta(days=29)
    await mail.put_message(f"{ref}.2", WELCOME)
    kept = await mail.get_message(ref)
    clock.now += timedelta(days=2)
    await mail.put_message(f"{ref}.3", WELCOME)

    assert kept == first
    with pytest.raises(Problem):
        await mail.get_message(ref)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": "http://relay.test"}, "not an smtp or smtps URL"),
        ({"url": "smtp://me:secret@relay.test"}, "a host and a port, and nothing else"),
        ({"url": "smtp://relay.test:0"}, "not a port"),
        ({"sender": "nobody"}, "not an e-mail address"),
        ({"sender_name": "a\nb"}, "more than one line"),
        ({"password": None}, "`user` and `password` go together"),
        ({"url": "smtp://127.0.0.1:25", "tls": {}}, "this connection is not encrypted"),
    ],
)
def test_a_wrong_option_says_what_is_wrong_with_it(wrong: dict[str, Any], says: str) -> None:
    options = {"url": "smtps://relay.test", "user": "u", "password": "p", "sender": "a@b.test"}

    with pytest.raises(ValidationError) as caught:
        Options.model_validate(options | wrong)

    assert says in str(caught.value)
    assert "secret" not in str(caught.value)
