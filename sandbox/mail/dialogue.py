"""What a relay says to each command of one connection (RFC 5321, as far as letters need it)."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping

from sandbox.mail.relay import Relay

LARGEST = 1_000_000
CREDENTIALS = b64encode(b"\0strata\0sandbox").decode()
OFFERS = (
    "sandbox",
    f"SIZE {LARGEST}",
    "8BITMIME",
    "SMTPUTF8",
    "AUTH PLAIN",
    "ENHANCEDSTATUSCODES",
)
GREETING = "220 sandbox ESMTP"
SEND_IT = "354 End with a dot on a line of its own"

PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>(.*)", re.IGNORECASE)
SIZE = re.compile(r"\bSIZE=(\d{1,12})\b", re.IGNORECASE)

NO_SUCH_USER = "550 5.1.1 <{}>: no such user here"
FULL = "452 4.2.2 <{}>: mailbox full"
GREYLISTED = "450 4.2.0 <{}>: greylisted, try again later"


class Dialogue:
    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._authenticated = False
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._verbs: Mapping[str, Callable[[str], str]] = {
            "EHLO": self._ehlo,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": lambda _: "250 2.0.0 Still here",
            "QUIT": lambda _: "221 2.0.0 Bye",
        }

    def reply(self, verb: str, argument: str) -> str:
        answer = self._verbs.get(verb)
        return answer(argument) if answer else "502 5.5.1 Not a command of ours"

    def take(self, raw: bytes) -> str:
        """The letter itself, after DATA."""
        if len(raw) > LARGEST:
            return "552 5.3.4 Too large"
        number = self._relay.deliver(self._sender or "", self._recipients, raw)
        self._rset("")
        return f"250 2.0.0 Queued as {number}"

    def _ehlo(self, _argument: str) -> str:
        self._rset("")
        *first, last = OFFERS
        return "\r\n".join([*(f"250-{offer}" for offer in first), f"250 {last}"])

    def _auth(self, argument: str) -> str:
        if argument != f"PLAIN {CREDENTIALS}":
            return "535 5.7.8 Authentication credentials invalid"
        self._authenticated = True
        return "235 2.7.0 Welcome"

    def _mail(self, argument: str) -> str:
        path = PATH.fullmatch(argument)
        if not self._authenticated:
            return "530 5.7.0 Authentication required"
        if path is None:
            return "501 5.5.4 MAIL FROM:<address>"
        if (size := SIZE.search(path[2])) and int(size[1]) > LARGEST:
            return "552 5.3.4 Too large"
        self._sender, self._recipients = path[1], []
        return "250 2.1.0 Sender ok"

    def _rcpt(self, argument: str) -> str:
        path = PATH.fullmatch(argument)
        if self._sender is None:
            return "503 5.5.1 MAIL first"
        if path is None or not path[1]:
            return "501 5.5.4 RCPT TO:<address>"
        if refusal := self._refusal(path[1]):
            return refusal.format(path[1])
        self._recipients.append(path[1])
        return "250 2.1.5 Recipient ok"

    def _refusal(self, recipient: str) -> str | None:
        match recipient.partition("@")[0].lower():
            case "nobody":
                return NO_SUCH_USER
            case "full":
                return FULL
            case "later" if self._relay.is_greylisted(recipient):
                return GREYLISTED
        return None

    def _data(self, _argument: str) -> str:
        return SEND_IT if self._recipients else "503 5.5.1 RCPT first"

    def _rset(self, _argument: str) -> str:
        self._sender, self._recipients = None, []
        return "250 2.0.0 Forgotten"
