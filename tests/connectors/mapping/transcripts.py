"""What passed between a connector and its backend, and the same again with one reply altered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl

from lxml import etree

from runtime.calls.http import Reply, Request, Sender


class Exchange(NamedTuple):
    request: Request
    reply: Reply


class AnotherCall(Exception):
    """The connector asked for something else than it did the first time."""


@dataclass
class Recording:
    """A Sender that remembers what passed through another one."""

    network: Sender
    exchanges: list[Exchange] = field(default_factory=list)

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        reply = await self.network(request, timeout=timeout)
        self.exchanges.append(Exchange(request, reply))
        return reply


@dataclass
class Replay:
    """A Sender that gives these replies, in this order, to these requests."""

    exchanges: Sequence[Exchange]
    given: int = 0

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        assert timeout > 0
        expected = next(iter(self.exchanges[self.given :]), None)
        if expected is None or asked(request) != asked(expected.request):
            raise AnotherCall
        self.given += 1
        return expected.reply


CHANGING = frozenset({"TransmissionTime", "assertion"})
"""What is dated or signed anew each time."""


def asked(request: Request) -> tuple[object, ...]:
    """What makes two requests the same: not when they were made, nor how they were signed."""
    body: object = request.body
    if request.body.lstrip().startswith(b"<"):
        root = etree.fromstring(request.body)
        inside = root.find("{*}Body")
        for dated in [element for name in CHANGING for element in root.iter(f"{{*}}{name}")]:
            dated.text = None
        body = etree.tostring(root if inside is None else inside, method="c14n")
    elif b"assertion=" in request.body:
        body = [pair for pair in parse_qsl(request.body.decode()) if pair[0] not in CHANGING]
    return request.method, request.url, body
