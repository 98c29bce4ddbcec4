"""The mail relay: SMTP at one port, what it took and its controls over HTTP at another.

Log in as `strata` with `sandbox` (AUTH PLAIN). `GET /messages` lists what was delivered, the newest
first, `GET /messages/{no}` gives one as it came. What is delivered twice is there twice; the state
counts by Message-ID. Nothing leaves the sandbox.
Rules by recipient: `nobody@…` does not exist, `full@…` has a full mailbox, `later@…` is greylisted.
"""

from contextlib import closing

from sandbox.clock import Clock
from sandbox.ground import Ground
from sandbox.http_service import HttpService
from sandbox.mail.inbox import Inbox
from sandbox.mail.relay import SCHEMA, Relay
from sandbox.mail.smtp import SmtpService
from sandbox.store import open_store


def open_inbox(_name: str, ground: Ground) -> HttpService:
    return HttpService(Inbox(_relay(ground)))


def open_smtp(_name: str, ground: Ground) -> SmtpService:
    return SmtpService(_relay(ground))


def _relay(ground: Ground) -> Relay:
    """One for both ports."""
    if "mail" not in ground.shared:
        store = open_store(ground.data / "mail.db", SCHEMA, lambda _db, _seed: None, ground.seed)
        ground.shared["mail"] = Relay(ground.stack.enter_context(closing(store)), Clock())
    relay: Relay = ground.shared["mail"]
    return relay
