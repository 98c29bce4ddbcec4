"""The one seam to anything that speaks HTTP: a request goes in, a reply comes out.

A Sender is a value that is passed in. Three exist: the network (runtime/calls/network.py), the ASGI app in
this process (runtime/calls/in_process.py), and httpx for tests (runtime/calls/httpx_sender.py).
"""

from dataclasses import dataclass, field
from typing import Protocol

Headers = list[tuple[bytes, bytes]]
"""Names in lower case, in the order sent, as ASGI has them."""


@dataclass(slots=True)
class Request:
    """Not changed once it is made, and not frozen, which triples what making one costs.

    `url` is absolute for the network (already percent-encoded); a path for an app in process."""

    method: str
    url: str
    headers: Headers = field(default_factory=list)
    body: bytes = b""


@dataclass(slots=True)
class Reply:
    """Like a request, not changed once it is made."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: bytes) -> str | None:
        """The first value of a header; `name` in lower case."""
        for key, value in self.headers:
            if key == name:
                return value.decode("latin-1")
        return None


class Unreached(Exception):
    """The request surely was not acted on: no connection, or refused before it was sent."""


class Lost(Exception):
    """The connection broke or went silent after the request may have been acted on."""


class Silent(Lost):
    """No whole answer came in time."""


class TooLarge(Exception):
    """The reply, as sent or unpacked, is over the cap; nothing beyond the cap was kept."""


class Sender(Protocol):
    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        """Send once, without retries, redirects or cookies; the whole exchange within `timeout` seconds.

        Raises Unreached, Lost (Silent for a time-out) or TooLarge; any status is a Reply.
        """
        ...
