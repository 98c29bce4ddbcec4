"""An address as a relay takes it (RFC 5321, RFC 6531): one mailbox, and nothing that hides another."""

import re
from dataclasses import dataclass

LONGEST, LONGEST_LOCAL = 254, 64  # octets

# Dot-atoms (RFC 5322) and, for internationalised mail, any letter beyond ASCII. Quoted local parts
# are legal, hardly exist, and are what parsers disagree about.
_LOCAL = re.compile(
    r"[^\x00-\x20\x7f-\x9f()<>@,;:\\\".\[\]\s]+(\.[^\x00-\x20\x7f-\x9f()<>@,;:\\\".\[\]\s]+)*"
)
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True, slots=True)
class Mailbox:
    local: str
    domain: str
    """In the form the DNS has it (A-labels)."""

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_ascii(self) -> bool:
        """Whether any relay can take it; else it has to offer SMTPUTF8."""
        return self.local.isascii()


def mailbox(address: str) -> Mailbox:
    """Raises ValueError, without the address in its text."""
    local, at, domain = address.rpartition("@")
    box = Mailbox(local, _in_dns(domain))
    too_long = len(local.encode()) > LONGEST_LOCAL or len(str(box).encode()) > LONGEST
    if not at or too_long or not _LOCAL.fullmatch(local):
        raise ValueError("not an e-mail address")
    return box


def _in_dns(domain: str) -> str:
    import idna  # IDNA 2008: the standard library's codec sends straße.de to strasse.de

    try:
        encoded = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        encoded = ""
    if not _DOMAIN.fullmatch(encoded):
        raise ValueError("not an e-mail address")
    return encoded
