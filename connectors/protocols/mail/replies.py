"""What a relay's refusal means (RFC 5321 4.2, RFC 3463): whose problem it is.

Nothing of a reply's text gets into a problem: relays like to quote the address.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from runtime.problems import Misconfigured, Problem, Rejected, Unavailable, at, garbage

Stage = Literal["greeting", "hello", "encryption", "login", "sender", "recipient", "content"]

LATER_SECONDS = 60
"""What a relay that says "later" wants at the least: greylisting lets nobody in sooner (RFC 6647)."""

CLOSING = 421
"""It says goodbye for reasons of its own; another connection may be welcome at once."""

LOGIN = frozenset({530, 534, 535, 538})
TOO_LARGE = frozenset({"5.2.3", "5.3.4"})

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")


class Refusal(Exception):
    """The cause of a problem that began as a reply."""

    def __init__(self, stage: Stage, code: int, text: str) -> None:
        enhanced = _ENHANCED.match(text)
        self.stage: Stage = stage
        self.code = code
        self.enhanced = enhanced[0] if enhanced else ""
        self.retry_after = LATER_SECONDS if 400 <= code < 500 and code != CLOSING else None
        super().__init__(f"{stage}: {code} {self.enhanced}".rstrip())


def problem(who: str, refusal: Refusal) -> Problem:
    if 400 <= refusal.code < 500:
        return Unavailable(f"{who} says later ({refusal})", retry_after=refusal.retry_after or 1)
    if not 500 <= refusal.code < 600:
        return garbage(who, "not an answer to what was said")
    if refusal.enhanced in TOO_LARGE or (refusal.code == 552 and refusal.stage != "recipient"):
        return too_large(who)  # of a recipient 552 says that the mailbox is full
    if refusal.code in LOGIN or refusal.stage not in AGAINST_THE_LETTER:
        return Misconfigured(f"{who} does not take our letters ({refusal})")
    if refusal.stage == "recipient" and refusal.enhanced.startswith("5.7."):
        # Policy, not the address: it does not relay for us.
        return Misconfigured(f"{who} does not take our letters ({refusal})")
    return AGAINST_THE_LETTER[refusal.stage](f"{who} refuses it ({refusal})")


def too_large(who: str) -> Rejected:
    detail, title = f"{who} takes no letters this large", "The request is too large"
    errors = [at("/text", "too much")]
    return Rejected(detail, kind="too-large", title=title, status=413, errors=errors)


def undeliverable(detail: str) -> Rejected:
    title = "It cannot be delivered there"
    return Rejected(
        detail, kind="undeliverable", title=title, errors=[at("/to", "there is no such mailbox")]
    )


def _unwanted(detail: str) -> Problem:
    return Rejected(detail, kind="message-refused", title="It is not wanted as it is")


AGAINST_THE_LETTER: Mapping[Stage, Callable[[str], Problem]] = {
    "content": _unwanted,
    "recipient": undeliverable,
}
"""Where a refusal is about the letter; anywhere else it is about us."""
