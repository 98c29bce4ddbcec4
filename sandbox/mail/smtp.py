"""The relay over SMTP: a connection is a dialogue, in which any command may have a bad day."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ClassVar

from sandbox.mail import dialogue
from sandbox.mail.misbehaviour import KINDS, HungUpError, Scene, reset, well
from sandbox.mail.relay import OPERATIONS, Relay

LONGEST_LETTER = 20_000_000
END = b"\r\n.\r\n"


class SmtpService:
    scheme: ClassVar = "smtp"

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._open: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self, sock: socket.socket) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._accept, sock=sock, limit=LONGEST_LETTER)
        try:
            yield
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Connection(self._relay, reader, writer).run()
        except (HungUpError, ConnectionError, asyncio.IncompleteReadError):
            return  # either side has had enough
        except asyncio.CancelledError:
            reset(writer)  # the sandbox stops; a caller that waits sees that, not an answer
            raise
        except Exception:
            # A bug of the sandbox: say so where the person who started it looks.
            traceback.print_exc()
        finally:
            writer.close()


class _Connection:
    def __init__(
        self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._relay, self._reader, self._writer = relay, reader, writer
        self._dialogue = dialogue.Dialogue(relay)

    async def run(self) -> None:
        await self._act("connect", "", lambda: dialogue.GREETING)
        while True:
            line = (await self._reader.readuntil(b"\n")).decode("utf-8", "replace")
            verb, _, argument = line.strip().partition(" ")
            reply = await self._answered(verb.upper(), argument)
            if reply == dialogue.SEND_IT:
                await self._take()
            if verb.upper() == "QUIT":
                return

    async def _answered(self, verb: str, argument: str) -> str:
        operation = verb.lower() if verb.lower() in OPERATIONS else "unknown"
        return await self._act(operation, verb, lambda: self._dialogue.reply(verb, argument))

    async def _take(self) -> None:
        raw = (await self._reader.readuntil(END))[: -len(END)] + b"\r\n"
        raw = raw.removeprefix(b".").replace(b"\r\n.", b"\r\n")  # RFC 5321 4.5.2
        await self._act("message", "DATA", lambda: self._dialogue.take(raw))

    async def _act(self, operation: str, verb: str, work: Callable[[], str]) -> str:
        """Answers, well or badly; returns what was said, or would have been."""
        call = self._relay.calls.begin(operation, verb, "")
        said = ""

        def noted() -> str:
            nonlocal said
            said = work()
            call.note_status(int(said[:3]))
            return said

        scene = Scene(noted, self._writer)
        fault = self._relay.faults.take(operation)
        try:
            if fault is None:
                await well(scene)
            else:
                call.fault, scene.seconds = fault.kind, fault.seconds or 0.0
                await KINDS[fault.kind].act(scene)
        finally:
            call.over = True
        return said
