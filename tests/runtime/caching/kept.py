"""An API whose reads may be kept, a backend that counts how often it is asked, a clock to move."""

import asyncio
from dataclasses import dataclass, field

import httpx

from runtime.apis.binding import Api
from runtime.apis.gate import Gate
from runtime.caching.read_cache import ReadCache
from runtime.calls.wiring import PeerWiring
from runtime.context import current
from tests.runtime.probe import KEY, LIMITS, ROOT, SCOPES, Thing, trusting
from tests.runtime.tokens import token

NAME = "system/kept/v1"


@dataclass
class Backend:
    """Answers with the number of the question, or with what it is told to raise."""

    asked: int = 0
    seconds: float = 0
    fails: Exception | None = None
    now: float = 1000
    gates: list[asyncio.Event] = field(default_factory=list)
    caches: dict[str, ReadCache] = field(default_factory=dict)
    """By API, as a process has them."""

    async def answer(self, name: str) -> Thing:
        self.asked += 1
        number = self.asked
        if self.gates:
            await self.gates.pop(0).wait()
        await asyncio.sleep(self.seconds)
        if self.fails is not None:
            raise self.fails
        return Thing(name=name, quantity=number)


def served(backend: Backend, max_bytes: int = 1 << 20) -> Gate:
    api = Api(NAME, root=ROOT)

    @api.operation("getThing")
    async def get(thing_id: str, limit: int) -> Thing:
        assert limit
        return await backend.answer(thing_id)

    @api.operation("getOwn")
    async def own(thing_id: str) -> Thing:
        assert thing_id
        return await backend.answer(current().identity.subject)

    @api.operation("putThing")
    async def put(thing_id: str) -> None:
        assert thing_id
        if backend.fails is not None:
            raise backend.fails

    cache = backend.caches[NAME] = ReadCache(lambda: backend.now, max_bytes)
    return Gate(NAME, api.app(trusting(), cache), PeerWiring(None), LIMITS)


def caller(
    gate: Gate, subject: str = "ada", scope: str = SCOPES, tenant: str | None = None
) -> httpx.AsyncClient:
    bearer = token(KEY, sub=subject, scope=scope, tenant=tenant)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(gate),
        base_url=f"http://kept/{NAME}",
        headers={"authorization": f"Bearer {bearer}"},
    )
