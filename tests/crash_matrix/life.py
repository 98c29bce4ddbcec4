"""What one process does between its fork and its end: it serves, recovers, and is asked."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import uvloop

from runtime.calls.http import Request, Sender
from runtime.calls.in_process import InProcessSender
from runtime.calls.network import NetworkSender
from runtime.flows.engine import Engine
from runtime.serving.platform import Platform
from tests.crash_matrix.engines import EngineUnderTest
from tests.crash_matrix.flows.asking import Ask, Asked
from tests.crash_matrix.kills import Commits
from tests.crash_matrix.told import Told

PATIENCE = 90.0
"""Seconds for a whole life; what takes longer hangs."""

PAUSE = 0.01
"""Between two looks at what is still under way."""


@dataclass(frozen=True, slots=True)
class Life:
    """`first`: nobody was killed yet. `twice`: every request comes two times, and again at the end."""

    flow: str

    platform: Platform
    engine: EngineUnderTest
    tokens: dict[str, str]
    folder: Path
    twice: bool = False
    first: bool = True
    wrap: Callable[[Sender], Sender] = lambda network: network

    def __call__(self, asks: Sequence[Ask], commits: Commits) -> None:
        """To the end of this process, unless it is killed before."""
        os.chdir(self.folder)
        self.platform.open_engine = self.engine.opener(commits)
        self.platform.network = self.wrap(NetworkSender())
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._live(asks, commits))

    async def _live(self, asks: Sequence[Ask], commits: Commits) -> None:
        told = Told(self.folder)
        async with asyncio.timeout(PATIENCE), self.platform:
            await self._script(asks, told)
            runs = await self._ended()
            if self.twice:
                await self._script(asks, told)
            told.end(runs, commits.made)
            os._exit(0)  # nobody stops it in good order either

    async def _script(self, asks: Sequence[Ask], told: Told) -> None:
        if not self.first and not self.twice and not await self._cares(asks):
            return
        for number, ask in enumerate(asks):
            if number in told.answers and not self.twice:
                continue
            request = ask(told.known)
            sent = [self._answered(request) for _ in range(1 + self.twice)]
            for status, body in await asyncio.gather(*sent):
                told.answer(number, status, body)

    async def _cares(self, asks: Sequence[Ask]) -> bool:
        """After a crash nobody asks again, unless something was begun that waits for more."""
        return len(asks) > 1 and any(
            [await engine.list(flow=self.flow, limit=1) for engine in self._engines]
        )

    async def _answered(self, request: Asked) -> tuple[int, Any]:
        """The answer that stands."""
        send = InProcessSender(self.platform)
        while True:
            reply = await send(signed(request, self.tokens), timeout=PATIENCE)
            body = orjson.loads(reply.body) if reply.body else None
            if not request.under_way(reply.status, body):
                return reply.status, body
            await asyncio.sleep(PAUSE)

    @property
    def _engines(self) -> list[Engine]:
        return list(self.platform.engines.values())

    async def _ended(self) -> list[tuple[str, str, str]]:
        """Every run there is, once none is under way: its id, flow and status."""
        for engine in self._engines:
            while running := await engine.list(status="running", limit=100):
                await engine.wait(running[0].id, timeout=PAUSE)
        return [
            (run.id, run.flow, run.status)
            for engine in self._engines
            for run in await engine.list(limit=100)
        ]


def signed(asked: Asked, tokens: dict[str, str]) -> Request:
    headers = [
        (b"authorization", f"Bearer {tokens[asked.client]}".encode()),
        (b"content-type", b"application/json"),
    ]
    if asked.key:
        headers.append((b"idempotency-key", asked.key.encode()))
    body = orjson.dumps(asked.body) if asked.body is not None else b""
    return Request(asked.method, asked.path, headers, body)
