"""The kinds of bad day of a relay; where they are the same, they are called as over HTTP.

kind                  the work   what the caller sees
delay                 done late  the reply after `seconds`
timeout_after_commit  done       nothing for `seconds`, then the reply
drop_connection       not done   a TCP reset
drop_after_commit     done       a TCP reset
slow_drip             done       the reply byte by byte over `seconds`
truncated             done       half of the reply, then the end of the connection
garbage               not done   what a web server says to somebody it does not understand
the others            not done   a refusal: see REFUSALS
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.wire import CLOSE_WITH_RESET

REFUSALS = {
    "busy": "421 4.3.2 Too many connections, closing",
    "greylist": "450 4.2.0 Greylisted, try again in 60 seconds",
    "local_error": "451 4.3.0 Local error in processing",
    "mailbox_unavailable": "550 5.1.1 No such user here",
    "refused": "554 5.6.0 Refused for its content",
    "relay_denied": "554 5.7.1 Relay access denied",
    "unauthorized": "535 5.7.8 Authentication credentials invalid",
}
WEB_PAGE = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n\r\n<h1>Bad Request</h1>\r\n"


class HungUpError(Exception):
    """The connection is over."""


@dataclass
class Scene:
    """One command and its surroundings; `work` does it and says the reply."""

    work: Callable[[], str]
    writer: asyncio.StreamWriter
    seconds: float = 0.0

    async def say(self, reply: str) -> None:
        await self.send(f"{reply}\r\n".encode())

    async def send(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()


async def well(scene: Scene) -> None:
    await scene.say(scene.work())


async def delay(scene: Scene) -> None:
    await asyncio.sleep(scene.seconds)
    await well(scene)


async def timeout_after_commit(scene: Scene) -> None:
    reply = scene.work()
    await asyncio.sleep(scene.seconds)
    await scene.say(reply)


async def drop_connection(scene: Scene) -> None:
    reset(scene.writer)
    raise HungUpError


async def drop_after_commit(scene: Scene) -> None:
    scene.work()
    await drop_connection(scene)


async def slow_drip(scene: Scene) -> None:
    reply = f"{scene.work()}\r\n".encode()
    for octet in reply:
        await asyncio.sleep(scene.seconds / len(reply))
        await scene.send(bytes([octet]))


async def truncated(scene: Scene) -> None:
    reply = scene.work().encode()
    await scene.send(reply[: len(reply) // 2])
    raise HungUpError


async def garbage(scene: Scene) -> None:
    await scene.send(WEB_PAGE)


def refusing(reply: str) -> "Kind":
    async def act(scene: Scene) -> None:
        await scene.say(reply)
        if reply.startswith("421"):
            raise HungUpError

    return Kind(act)


def reset(writer: asyncio.StreamWriter) -> None:
    """TCP RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_WITH_RESET)
    writer.transport.abort()


@dataclass(frozen=True, slots=True)
class Kind:
    act: Callable[[Scene], Awaitable[None]]
    seconds: float | None = None  # the default; None: takes none


KINDS = {
    kind.act.__name__: kind
    for kind in (
        Kind(delay, 1.0),
        Kind(timeout_after_commit, 30.0),
        Kind(drop_connection),
        Kind(drop_after_commit),
        Kind(slow_drip, 5.0),
        Kind(truncated),
        Kind(garbage),
    )
} | {name: refusing(reply) for name, reply in REFUSALS.items()}
