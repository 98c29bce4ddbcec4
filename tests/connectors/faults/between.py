"""A proxy in front of a real server, which behaves until it does not."""

import asyncio
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from sys import maxsize

from tests.connectors.faults.rogue import MIB, Act, hang_up


@dataclass
class Between:
    """What the server says goes through up to `after` bytes of each connection, or `until` something
    has happened; then `act` is done to the client, given the rest. The server hears everything, and
    acts on it."""

    host: str
    port: int
    act: Act = hang_up
    after: int = maxsize
    until: Callable[[], bool] = lambda: False
    passed: int = 0
    """The most of any connection."""

    async def meet(self, reader: Reader, writer: Writer) -> None:
        from_there, there = await asyncio.open_connection(self.host, self.port)
        up = asyncio.create_task(_pump(reader, there))
        try:
            if await self._goes_through(from_there, writer):
                await self.act(from_there, writer)
        finally:
            up.cancel()
            there.close()

    async def _goes_through(self, reader: Reader, writer: Writer) -> bool:
        """Whether it was enough, and not just all."""
        passed = 0
        while passed < self.after:
            data = await reader.read(min(MIB, self.after - passed))
            if not data or self.until():
                return bool(data)
            writer.write(data)
            await writer.drain()
            passed += len(data)
            self.passed = max(self.passed, passed)
        return True


async def _pump(reader: Reader, writer: Writer) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(MIB):
            writer.write(data)
            await writer.drain()
