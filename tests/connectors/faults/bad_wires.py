"""What may go wrong on a wire that carries no HTTP, and the kinds of problem it may end in."""

from typing import NamedTuple

from tests.connectors.faults import rogue
from tests.connectors.faults.bad_days import SECONDS, SHORT
from tests.connectors.faults.rogue import MIB, Act, drips, says

OK = "ok"
"""No problem at all: a second attempt was well."""

GREETINGS = {
    "postgresql": b"R\0\0\0\x08\0\0\0\0S\0\0\0\x12TimeZone\0UTC\0",
    "mariadb": b"\x4a\0\0\0\x0a11.4.2-MariaDB\0" + bytes(60),
    "sftp": b"SSH-2.0-OpenSSH_9.7p1 with a comment",
    "smtp": b"220 relay.test ESMTP of the house",
}
ENDLESS = {
    "postgresql": b"N\0\0\x10\0" + bytes(4092),
    "mariadb": b"\xfe\xff\xff\0" + bytes(4092),
    "sftp": b"Welcome to this machine.\r\n" * 40,
    "smtp": b"220-Welcome to this machine.\r\n" * 40,
}
"""Such as the protocol allows, if there were an end."""

NOISE = bytes(range(11, 128)) * 600
"""No line ends in it, and no number in it is small, or negative."""

PAGE = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n\r\n" + rogue.PAGE


class Fault(NamedTuple):
    act: Act | None
    """None: nobody listens."""
    kinds: set[str]
    waits: bool = False

    @property
    def seconds(self) -> float:
        return SHORT if self.waits else SECONDS


def from_the_first_byte(protocol: str) -> dict[str, Fault]:
    """Databases: nothing is asked of them before they let us in, so nothing is unknown."""
    slow = {"sftp": "stale-stock", "smtp": "no-answer"}.get(protocol, "unavailable")
    # Lines before its version are an SSH server's right, and so is to hang up on us then.
    page = "unavailable" if protocol == "sftp" else "bad-answer"
    greeting, endless = GREETINGS[protocol], ENDLESS[protocol]
    return {
        "refused": Fault(None, {"unavailable"}),
        "reset": Fault(rogue.reset_at_once, {"unavailable"}),
        "silence": Fault(rogue.deafness, {slow}, waits=True),
        "slow drip": Fault(drips(greeting), {slow}, waits=True),
        "truncated": Fault(says(greeting[:7], stays=False), {"unavailable"}),
        "noise": Fault(says(NOISE), {"bad-answer"}),
        "HTML": Fault(says(PAGE, stays=False), {page}),
        "50 MB": Fault(says(endless, times=50 * MIB // len(endless)), {"bad-answer"}),
    }


FIRST_BYTE = list(from_the_first_byte("smtp"))

_LOST = {OK, "unavailable", "connection-lost"}
_LATE = {"unavailable", "no-answer", "stale-stock"}
HALF_WAY = {
    "reset": Fault(rogue.reset, _LOST),
    "truncated": Fault(rogue.hang_up, _LOST),
    "silence": Fault(rogue.deafness, _LATE, waits=True),
    "slow drip": Fault(rogue.trickle, _LATE, waits=True),
    "noise": Fault(says(NOISE, stays=False), _LOST | {"bad-answer"}),
    "50 MB": Fault(says(b"x" * MIB, times=50), _LOST - {OK} | {"bad-answer"}),
}
"""How far it was does not decide the kind alone: it may be on the way in, or in a commit."""
