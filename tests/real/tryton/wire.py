"""The network to Tryton, with bad days to order and a list of what was called."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import orjson

from runtime.calls.http import Lost, Reply, Request, Sender


class DiedError(Exception):
    """Our process ends here: nothing catches this."""


@dataclass
class Wire:
    network: Sender
    called: list[str] = field(default_factory=list)
    losing: Counter[str] = field(default_factory=Counter)
    deadly: set[str] = field(default_factory=set)
    interludes: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    authorization: bytes = b""

    def lose_the_answer_to(self, method: str) -> None:
        """Once: Tryton does it, and we are not told."""
        self.losing[method] += 1

    def die_before(self, method: str) -> None:
        self.deadly.add(method)

    def let_happen_before(self, method: str, interlude: Callable[[], Awaitable[object]]) -> None:
        """Once: what somebody else does just then."""
        self.interludes[method] = interlude

    def calm(self) -> None:
        self.called.clear()
        self.losing.clear()
        self.deadly.clear()
        self.interludes.clear()

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        method: str = orjson.loads(request.body)["method"]
        self.called.append(method)
        self.authorization = dict(request.headers).get(b"authorization", b"")
        if method in self.deadly:
            raise DiedError(method)
        if (interlude := self.interludes.pop(method, None)) is not None:
            await interlude()
        reply = await self.network(request, timeout=timeout)
        if self.losing[method]:
            self.losing[method] -= 1
            raise Lost("as ordered")
        return reply
