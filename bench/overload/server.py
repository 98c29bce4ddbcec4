"""`python -m bench.overload.server`: a backend that can serve 200 requests a second and not one more.

It takes every request, in the order they come, and works for callers who have gone as for the others:
what it has too much to do, all wait for. Its port is its first line.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import Receive, Scope, Send

CAPACITY = 200
"""Requests a second."""

LATENCY = 0.04
"""Seconds an answer takes when there is nothing else to do, beside its share of the capacity."""


class Server:
    """/work is served; /fail fails at once; /hang never answers."""

    def __init__(self) -> None:
        self._free_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's
        if scope["path"] == "/work":
            await self._work()
        elif scope["path"] == "/hang":
            await asyncio.sleep(3600)
        status = 500 if scope["path"] == "/fail" else 200
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    async def _work(self) -> None:
        """By appointment, so that late timers of a busy machine do not lower the capacity."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + 1 / CAPACITY
        await asyncio.sleep(self._free_at - now + LATENCY)


@contextmanager
def running() -> Iterator[str]:
    """The URL of such a server in a process of its own."""
    command = [sys.executable, "-m", "bench.overload.server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as bound:
        print(bound.getsockname()[1], flush=True)
        config = uvicorn.Config(Server(), lifespan="off", log_config=None, access_log=False)
        asyncio.run(uvicorn.Server(config).serve(sockets=[bound]))


if __name__ == "__main__":
    main()
