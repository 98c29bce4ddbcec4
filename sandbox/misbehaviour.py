"""The kinds of bad day, for any backend.

kind                  the work   what the caller sees
delay                 done late  the answer after `seconds`
timeout_after_commit  done       nothing for `seconds`, then the answer
error_500             not done   500 in the vendor's voice
too_many_requests     not done   429 with Retry-After: `seconds`
drop_connection       not done   a TCP reset
drop_after_commit     done       a TCP reset
slow_drip             done       the answer byte by byte over `seconds`
truncated             done       half of the body, then the end of the connection
html                  not done   200 with an HTML page, as from a proxy in the way
unauthorized          not done   what the vendor says to a call without credentials
own faults            not done   what the vendor says (the ERP's soap_fault)

A caller that hangs up stops nothing: late work is still done, as behind a real network.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from sandbox.backend import Backend
from sandbox.messages import Reply, Request, html_reply
from sandbox.wire import Wire

GATEWAY_PAGE = html_reply(200, "Service notice", "We will be right back.")


@dataclass
class Scene:
    """One call and its surroundings."""

    backend: Backend
    request: Request
    wire: Wire
    note_status: Callable[[int], None]
    seconds: float = 0.0

    def work(self) -> Reply:
        return self.say(self.backend.answer(self.request))

    def say(self, reply: Reply) -> Reply:
        self.note_status(reply.status)
        return reply

    async def deliver(self, reply: Reply) -> None:
        await self.wire.deliver(self.say(reply))


async def well(scene: Scene) -> None:
    await scene.deliver(scene.work())


async def delay(scene: Scene) -> None:
    await asyncio.sleep(scene.seconds)
    await well(scene)


async def timeout_after_commit(scene: Scene) -> None:
    reply = scene.work()
    await asyncio.sleep(scene.seconds)
    await scene.deliver(reply)


async def error_500(scene: Scene) -> None:
    await scene.deliver(scene.backend.refuse(500, "Internal error"))


async def too_many_requests(scene: Scene) -> None:
    reply = scene.backend.refuse(429, "Too many requests")
    await scene.deliver(reply.with_header("retry-after", str(math.ceil(scene.seconds))))


async def drop_connection(scene: Scene) -> None:
    await scene.wire.reset()


async def drop_after_commit(scene: Scene) -> None:
    scene.work()
    await scene.wire.reset()


async def slow_drip(scene: Scene) -> None:
    await scene.wire.drip(scene.work(), scene.seconds)


async def truncated(scene: Scene) -> None:
    await scene.wire.cut(scene.work())


async def html(scene: Scene) -> None:
    await scene.deliver(GATEWAY_PAGE)


async def unauthorized(scene: Scene) -> None:
    await well(replace(scene, request=scene.request.without_credentials()))


@dataclass(frozen=True, slots=True)
class Kind:
    act: Callable[[Scene], Awaitable[None]]
    seconds: float | None = None  # the default; None: takes none


KINDS = {
    kind.act.__name__: kind
    for kind in (
        Kind(delay, 1.0),
        Kind(timeout_after_commit, 30.0),
        Kind(error_500),
        Kind(too_many_requests, 1.0),
        Kind(drop_connection),
        Kind(drop_after_commit),
        Kind(slow_drip, 5.0),
        Kind(truncated),
        Kind(html),
        Kind(unauthorized),
    )
}


def kinds_of(backend: Backend) -> dict[str, Kind]:
    def own(reply: Callable[[], Reply]) -> Kind:
        async def act(scene: Scene) -> None:
            await scene.deliver(reply())

        return Kind(act)

    return KINDS | {name: own(reply) for name, reply in backend.own_faults.items()}
