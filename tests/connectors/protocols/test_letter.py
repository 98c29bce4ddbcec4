"""A letter is what was written, to the last character, and never more headers than it has."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.protocols.mail.letter import Letter
from connectors.protocols.mail.mailbox import mailbox

HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding"),
}
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

some = settings(max_examples=100, deadline=None, derandomize=True)
in_a_header = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=120,
)
in_a_body = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=400)


def received(letter: Letter) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(letter.octets())
    assert isinstance(message, EmailMessage)
    return message


def body(letter: Letter, kind: str) -> str:
    part = received(letter).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def lines(text: str) -> list[str]:
    """CR, LF and CRLF are one thing in mail; a last line without its end is given one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


@some
@given(subject=in_a_header, name=in_a_header)
def test_a_header_is_what_was_written(subject: str, name: str) -> None:
    letter = replace(LETTER, subject=subject, to_name=name)

    # Read the old way: of encoded words in a name, Python 3.11's newer reader keeps the gap between.
    message = message_from_bytes(letter.octets())
    told, address = parseaddr(message["To"].replace("\r\n", ""))
    assert decoded(message["Subject"]).split() == subject.split()
    assert (decoded(told).split(), address) == (name.split(), "ada@example.com")
    assert set(message.keys()) <= HEADERS


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


@some
@given(text=in_a_body, html=in_a_body)
def test_a_body_is_what_was_written(text: str, html: str) -> None:
    letter = replace(LETTER, text=text, html=html)

    assert lines(body(letter, "plain")) == lines(text)
    assert lines(body(letter, "html")) == lines(html)


@some
@given(text=in_a_body, subject=in_a_header)
def test_every_line_is_short_and_of_seven_bits(text: str, subject: str) -> None:
    for line in replace(LETTER, text=text, subject=subject).octets().split(b"\r\n"):
        assert len(line) <= 998  # RFC 5322 2.1.1
        assert line.isascii()
        assert not set(line) & set(b"\r\n\0")


def test_the_same_letter_is_the_same_octets() -> None:
    letter = replace(LETTER, html="<p>Hello</p>", text="ö" * 5000)

    assert letter.octets() == replace(letter).octets()


@pytest.mark.parametrize(
    "smuggled",
    ["=?utf-8?q?Hi=0D=0ABcc:_eve@example.com?=", "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?="],
)
def test_an_encoded_line_break_begins_no_header(smuggled: str) -> None:
    """`EmailMessage["Subject"] = …` of Python 3.11 writes a Bcc header here."""
    message = received(replace(LETTER, subject=smuggled, sender_name=smuggled, to_name=smuggled))

    assert message["Bcc"] is None
    assert message["Subject"] == smuggled


@pytest.mark.parametrize("letter", ["\r", "\n", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_what_anybody_takes_for_the_end_of_a_line_is_refused(letter: str) -> None:
    bad = f"a{letter}b"
    letters = (
        replace(LETTER, subject=bad),
        replace(LETTER, to_name=bad),
        replace(LETTER, sender_name=bad),
        replace(LETTER, language=bad),
    )
    for one in letters:
        with pytest.raises(ValueError, match="more than one line"):
            one.octets()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("Ada.L+x@Example.COM", "Ada.L+x@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),  # IDNA 2003 has strasse.example
        ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_a_mailbox_is_written_as_the_dns_has_it(address: str, told: str) -> None:
    assert str(mailbox(address)) == told


@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "ada", "ada@", "@example.com", "a@b@c.example", "ada@[127.0.0.1]"),
        *(".ada@example.com", "ada.@example.com", "a..b@example.com", '"a b"@example.com'),
        *("a b@example.com", "ada@exa mple.com", "ada@-x.example", "ada@x-.example"),
        *("ada@example.com\n", "ada\0@example.com", "a<b@example.com", "ada@example..com"),
        *("ada@" + "x" * 64 + ".example", "a@" + "x.example" * 40, "å" * 33 + "@example.com"),
        *("ada@ex\u2028ample.com", "ada\x85@example.com", "ada@xn--\udcff.example"),
    ],
)
def test_what_is_no_mailbox_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ValueError, match=r"^not an e-mail address$"):
        mailbox(address)
