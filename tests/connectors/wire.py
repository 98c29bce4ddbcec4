"""A wire to a server that can be cut, or go dead, at a word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["cut before", "cut after", "dead"]
"""Before: the word never arrives. After: its answer does not. Dead: nor does anything else."""


@dataclass
class Wire:
    host: str
    port: int
    local: int = 0
    fates: list[tuple[bytes, Fate]] = field(default_factory=list)
    """In order; each is used once."""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self.host, self.port)
        ends = {writer, there_writer}
        self._writers |= ends
        doomed: list[Fate] = []
        back = asyncio.create_task(self._back(there_reader, writer, doomed))
        self._tasks.add(back)
        try:
            while data := await reader.read(65536):
                fate = self._fate(data)
                if fate == "cut before":
                    break
                doomed += [fate] if fate else []
                there_writer.write(data)
        except ConnectionError:
            pass
        finally:
            if "dead" not in doomed:
                for end in ends:
                    end.close()

    async def _back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: list[Fate]
    ) -> None:
        try:
            while data := await reader.read(65536):
                if "cut after" in doomed:
                    break
                if not doomed:
                    writer.write(data)
        except ConnectionError:
            pass
        writer.close()

    def _fate(self, data: bytes) -> Fate | None:
        if self.fates and self.fates[0][0] in data:
            return self.fates.pop(0)[1]
        return None

    def close(self) -> None:
        for writer in self._writers:
            writer.close()
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def wire(host: str, port: int, *fates: tuple[bytes, Fate]) -> AsyncIterator[Wire]:
    made = Wire(host, port, fates=list(fates))
    server = await asyncio.start_server(made.carry, "127.0.0.1", 0)
    made.local = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.close()
        await server.wait_closed()
