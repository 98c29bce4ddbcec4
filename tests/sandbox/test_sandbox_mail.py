"""The relay, as the standard library's client meets it."""

import asyncio
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from httpx import AsyncClient

from sandbox.launch import Running

FROM = "shop@strata.example"


@pytest.fixture
def host(running: Running) -> tuple[str, int]:
    at = urlsplit(running.urls["smtp"])
    return str(at.hostname), int(at.port or 0)


@pytest.fixture
def message_id() -> str:
    return f"<{uuid4().hex}@strata.example>"


def letter(message_id: str, text: str = "Hello\r\n") -> bytes:
    return f"Subject: Hi\r\nMessage-ID: {message_id}\r\n\r\n{text}".encode()


@contextmanager
def logged_in(host: tuple[str, int]) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(*host, timeout=5) as smtp:
        smtp.login("strata", "sandbox")
        yield smtp


def send(host: tuple[str, int], content: bytes, to: str = "ada@example.com") -> None:
    with logged_in(host) as smtp:
        smtp.sendmail(FROM, [to], content)


async def refusal(host: tuple[str, int], message_id: str, to: str = "ada@example.com") -> int:
    """The code with which it is refused."""
    try:
        await asyncio.to_thread(send, host, letter(message_id), to)
    except smtplib.SMTPRecipientsRefused as error:
        return int(error.recipients[to][0])
    except smtplib.SMTPResponseException as error:
        return int(error.smtp_code)
    raise AssertionError("it was accepted")


async def letters(mail: AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await mail.get("/_sandbox/state")).json()["letters"]
    return found


async def order(mail: AsyncClient, operation: str, kind: str, **more: Any) -> None:
    body = {"operation": operation, "kind": kind, **more}
    reply = await mail.post("/_sandbox/faults", json=body)
    assert reply.status_code == 200, reply.text


async def test_a_letter_is_kept_as_it_was_sent(
    mail: AsyncClient, host: tuple[str, int], message_id: str
) -> None:
    content = letter(message_id, ".\r\n..two dots\r\n.\r\nGrüße\r\n")
    await asyncio.to_thread(send, host, content)

    kept = (await letters(mail))[message_id]
    [listed, *_] = (await mail.get("/messages")).json()["messages"]
    raw = await mail.get(f"/messages/{kept['no']}")

    assert raw.content == content
    assert (kept["sender"], kept["recipients"]) == (FROM, ["ada@example.com"])
    assert (listed["messageId"], listed["subject"]) == (message_id, "Hi")


async def test_what_is_sent_twice_is_there_twice(
    mail: AsyncClient, host: tuple[str, int], message_id: str
) -> None:
    for text in ("Hello\r\n", "Hello\r\n", "Good-bye\r\n"):
        await asyncio.to_thread(send, host, letter(message_id, text))
        kept = (await letters(mail))[message_id]

    assert (kept["deliveries"], kept["alwaysTheSame"]) == (3, False)


async def test_the_inbox_can_be_emptied(
    mail: AsyncClient, host: tuple[str, int], message_id: str
) -> None:
    await asyncio.to_thread(send, host, letter(message_id))
    await mail.delete("/_sandbox/messages")

    assert await letters(mail) == {}
    assert (await mail.get("/messages/1")).status_code == 404


@pytest.mark.parametrize(("to", "code"), [("nobody@example.com", 550), ("FULL@example.com", 452)])
async def test_some_mailboxes_do_not_take_letters(
    mail: AsyncClient, host: tuple[str, int], message_id: str, to: str, code: int
) -> None:
    assert await refusal(host, message_id, to) == code
    assert message_id not in await letters(mail)


async def test_a_greylisted_sender_is_welcome_after_a_while(
    mail: AsyncClient, host: tuple[str, int], message_id: str
) -> None:
    to = f"later@{uuid4().hex}.example"
    codes = [await refusal(host, message_id, to) for _ in range(2)]
    await mail.post("/_sandbox/clock", json={"advanceSeconds": 61})
    await asyncio.to_thread(send, host, letter(message_id), to)

    assert codes == [450, 450]
    assert message_id in await letters(mail)


def test_nobody_sends_without_logging_in(host: tuple[str, int]) -> None:
    with smtplib.SMTP(*host, timeout=5) as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("strata", "guess")
        smtp.ehlo()
        assert smtp.mail(FROM)[0] == 530


def test_the_order_of_commands_matters(host: tuple[str, int]) -> None:
    with logged_in(host) as smtp:
        assert smtp.rcpt("ada@example.com")[0] == 503
        assert smtp.docmd("DATA")[0] == 503
        assert smtp.docmd("MAIL", "ada@example.com")[0] == 501
        assert smtp.docmd("VRFY", "ada")[0] == 502
        assert smtp.mail(FROM, ["SIZE=1000001"])[0] == 552
        assert smtp.noop()[0] == 250


REFUSALS = {
    "busy": 421,
    "greylist": 450,
    "local_error": 451,
    "mailbox_unavailable": 550,
    "refused": 554,
    "relay_denied": 554,
    "unauthorized": 535,
}


@pytest.mark.parametrize(("kind", "code"), REFUSALS.items())
async def test_a_refusal_on_order_is_not_done(
    mail: AsyncClient, host: tuple[str, int], message_id: str, kind: str, code: int
) -> None:
    await order(mail, "message", kind)

    assert await refusal(host, message_id) == code
    assert message_id not in await letters(mail)


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        ("drop_connection", False),
        ("garbage", False),
        ("drop_after_commit", True),
        ("timeout_after_commit", True),
    ],
)
async def test_a_bad_day_at_the_last_dot_is_done_or_not_whatever_the_caller_sees(
    mail: AsyncClient, host: tuple[str, int], message_id: str, kind: str, done: bool
) -> None:
    await order(mail, "message", kind)

    def try_it() -> None:
        with logged_in(host) as smtp:
            assert smtp.sock is not None
            smtp.sock.settimeout(0.3)
            smtp.sendmail(FROM, ["ada@example.com"], letter(message_id))

    with pytest.raises((smtplib.SMTPException, OSError)):
        await asyncio.to_thread(try_it)

    [call] = [c for c in (await mail.get("/_sandbox/calls")).json()["calls"] if c["fault"]]
    assert (call["operation"], call["fault"]) == ("message", kind)
    assert (message_id in await letters(mail)) is done


def connected(host: tuple[str, int]) -> float:
    started = time.monotonic()
    with smtplib.SMTP(*host, timeout=5):
        return time.monotonic() - started


@pytest.mark.parametrize("kind", ["delay", "slow_drip"])
async def test_a_slow_greeting_takes_its_time(
    mail: AsyncClient, host: tuple[str, int], kind: str
) -> None:
    await order(mail, "connect", kind, seconds=0.3)

    assert await asyncio.to_thread(connected, host) >= 0.3


async def test_a_bad_order_is_explained(mail: AsyncClient) -> None:
    for wrong in ({"operation": "fly", "kind": "delay"}, {"operation": "rcpt", "kind": "html"}):
        reply = await mail.post("/_sandbox/faults", json=wrong)
        assert reply.status_code == 400
        assert "known: " in reply.json()["error"]


def test_a_caller_who_says_nothing_of_use_is_let_go(host: tuple[str, int]) -> None:
    with socket.create_connection(host, timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01 hello\r\nGET / HTTP/1.1\r\n\r\nQUIT\r\n")
        said = b"".join(iter(lambda: raw.recv(4096), b""))

    assert said.startswith(b"220 ")
    assert said.rstrip().endswith(b"221 2.0.0 Bye")


async def test_the_relay_survives_a_restart(
    another: Callable[..., Running], tmp_path: Any, message_id: str
) -> None:
    first = another(tmp_path)
    at = urlsplit(first.urls["smtp"])
    await asyncio.to_thread(send, (str(at.hostname), int(at.port or 0)), letter(message_id))
    first.process.terminate()
    assert await asyncio.to_thread(first.process.wait, 5) == 0

    async with AsyncClient(base_url=another(tmp_path).urls["mail"]) as mail:
        assert message_id in await letters(mail)
