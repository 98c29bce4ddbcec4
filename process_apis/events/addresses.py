"""Where somebody may be told: we must not be made to knock inside of our own network (SSRF).

A URL is judged when it is given to us, as far as it can be. What a name stands for may change by the
minute, so whoever sends to it looks it up, asks `allows` of each address, and connects to that
address and no other.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from runtime.problems import Rejected, at
from runtime.settings import Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PRINTABLE = re.compile(r"[!-~]+")
NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
"""What a host ends in that a resolver takes for an IPv4 address, in whatever spelling."""
LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
NOBODYS = {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion"}
"""Names that end so stand for nothing outside (RFC 6761, RFC 6762 and what they could not stop)."""
TRANSLATED = IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16")
"""An IPv4 address inside, which may be anybody's."""


class UrlNotAllowed(Rejected):
    kind = "url-not-allowed"
    title = "Nobody may be told at this URL"

    def __init__(self, why: str) -> None:
        super().__init__(errors=[at("/url", why)])


class Addresses:
    """`embedded`: on a developer's machine, its own and those beside it may be told as well, the own
    one without TLS. `networks`: ours, where receivers stand."""

    def __init__(self, *, embedded: bool = False, networks: Iterable[Network] = ()) -> None:
        self._embedded = embedded
        self._networks = tuple(networks)

    @classmethod
    def of(cls, settings: Settings) -> "Addresses":
        return cls(
            embedded=settings.profile == "embedded", networks=settings.webhooks.private_networks
        )

    def check(self, url: str) -> None:
        """Raises UrlNotAllowed."""
        parts = _split(url)
        host = parts.hostname or ""
        address = _address(host)
        own = self._embedded and (
            host == "localhost" or (address is not None and address.is_loopback)
        )
        if parts.scheme != "https" and not (own and parts.scheme == "http"):
            raise UrlNotAllowed("it has to be https")
        if own:
            return
        if address is not None and not self.allows(address):
            raise UrlNotAllowed("this address is not a public one")
        if address is None:
            _check_name(host)

    def allows(self, address: Address) -> bool:
        """Whether what stands at this address may be told anything."""
        if any(address in network for network in self._networks):
            return True
        if self._embedded and address.is_private:
            return True
        hidden = any(address in network for network in TRANSLATED)
        return address.is_global and not address.is_multicast and not hidden


def _split(url: str) -> SplitResult:
    """Only what every parser reads the same way."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UrlNotAllowed("it is not a URL") from None
    if not PRINTABLE.fullmatch(url) or "\\" in url or not parts.hostname or port == 0:
        raise UrlNotAllowed("it is not a URL")
    if "@" in parts.netloc:
        raise UrlNotAllowed("it must not have a user or a password")
    if "#" in url:
        raise UrlNotAllowed("it must not have a fragment")
    return parts


def _address(host: str) -> Address | None:
    """None for a name. Raises UrlNotAllowed for what is an address to some and none to others."""
    if ":" not in host and not NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return None
    try:
        address = ip_address(host)
    except ValueError:
        raise UrlNotAllowed("its host is not an address as it is usually written") from None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise UrlNotAllowed("its address is of one machine only")
    return address


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise UrlNotAllowed("its host is not a name; write other letters as xn--…")
    if len(labels) < 2 or labels[-1].lower() in NOBODYS:
        raise UrlNotAllowed("its host is not a public one")
