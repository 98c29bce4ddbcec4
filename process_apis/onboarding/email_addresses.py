"""When two e-mail addresses are one mailbox, and when they only may be. Nothing here calls.

The part before the @ belongs to who runs the domain: nobody else can say that `A.B@` is `ab@`, or that
`a+news@` is `a@`. So only what a provider has published counts as the same, and the rest as alike:

- gmail.com and googlemail.com: dots and what follows a plus make no difference (Gmail Help, "Dots don't
  matter in Gmail addresses" and "Create task-specific email addresses").
- any other domain: letter case makes no difference here. RFC 5321 section 2.4 lets a host tell `Ada@` from
  `ada@`, and hardly any does. A part after a plus (RFC 5233) is alike.
"""

import unicodedata

import idna

GMAIL = {"gmail.com", "googlemail.com"}


class NotAnAddress(ValueError):
    """Nothing could be sent there; the message never quotes it."""


def normalised(address: str) -> str:
    """Equal for two addresses that are one mailbox. Raises NotAnAddress."""
    local, domain = _parts(address)
    if domain in GMAIL:
        return f"{_untagged(local).replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def untagged(address: str) -> str:
    """Equal for two addresses that may well be one mailbox. Raises NotAnAddress."""
    local, _, domain = normalised(address).rpartition("@")
    return f"{_untagged(local)}@{domain}"


def _parts(address: str) -> tuple[str, str]:
    local, _, domain = unicodedata.normalize("NFKC", address.strip()).rpartition("@")
    if not local or not domain:
        raise NotAnAddress("it has no name or no domain")
    return local.casefold(), _ascii(domain)


def _ascii(domain: str) -> str:
    """As the DNS has it (UTS 46): `Bücher.example` is `xn--bcher-kva.example`."""
    try:
        return idna.encode(domain.rstrip("."), uts46=True).decode()
    except idna.IDNAError as error:
        raise NotAnAddress("its domain cannot be") from error


def _untagged(local: str) -> str:
    """`+news@` has nothing else, and keeps it."""
    return local.partition("+")[0] or local
