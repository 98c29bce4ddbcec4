"""A letter and the octets it is: the same ones every time, whatever is in it.

The standard library decodes an encoded word in a header it is given, line breaks included, and
writes what comes out: `=?utf-8?q?=0D=0ABcc:_…?=` as a subject is a second header. So headers are
written here, and only the bodies are left to it.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote

from connectors.protocols.mail.mailbox import Mailbox

POLICY = SMTP.clone(cte_type="7bit")
LINE_BREAKERS = frozenset({"Cc", "Zl", "Zp"})
"""Categories of Unicode; whatever takes one of these for the end of a line begins a header there."""


@dataclass(frozen=True, slots=True)
class Letter:
    message_id: str
    """Without its angle brackets; one per letter, however often it is sent."""
    date: datetime
    sender: Mailbox
    sender_name: str
    to: Mailbox
    to_name: str
    subject: str
    text: str
    html: str | None = None
    language: str | None = None

    @property
    def is_ascii(self) -> bool:
        return self.sender.is_ascii and self.to.is_ascii

    def octets(self) -> bytes:
        """Raises ValueError for a header that would be two, UnicodeEncodeError for what is no text."""
        headers = {
            "From": _addressed(self.sender_name, self.sender),
            "To": _addressed(self.to_name, self.to),
            "Subject": _words(self.subject),
            "Date": format_datetime(self.date),
            "Message-ID": f"<{self.message_id}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's machine answers it
        }
        if self.language is not None:
            headers["Content-Language"] = header_text(self.language)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return lines.encode() + self._bodies().as_bytes()

    def _bodies(self) -> EmailMessage:
        bodies = EmailMessage(policy=POLICY)
        bodies.set_content(self.text, cte=_encoding(self.text))
        if self.html is not None:
            bodies.add_alternative(self.html, subtype="html", cte=_encoding(self.html))
            # Not a random one: what is sent again is the same letter. Neither encoding can make `=_`.
            bodies.set_boundary(f"=_{hashlib.sha256(self.message_id.encode()).hexdigest()[:32]}")
        return bodies


def header_text(text: str) -> str:
    """The text, fit for a header. Raises ValueError for one that would be more than one line."""
    if any(unicodedata.category(letter) in LINE_BREAKERS for letter in text):
        raise ValueError("more than one line, or a control character")
    return text


def _words(text: str) -> str:
    """As RFC 2047 wants it; what only looks encoded is encoded, so that it stays what it is."""
    plain = header_text(text).isascii() and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", header_name="Subject").encode(
        linesep="\r\n"
    )


def _addressed(name: str, box: Mailbox) -> str:
    if not name:
        return str(box)
    plain = header_text(name).isascii() and "=?" not in name
    return f'"{quote(name)}" <{box}>' if plain else f"{_words(name)}\r\n <{box}>"


def _encoding(text: str) -> str:
    """Both keep lines short and octets in seven bits, which every relay takes."""
    return "quoted-printable" if text.isascii() else "base64"
