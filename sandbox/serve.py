"""The simulated backends in one process and one event loop."""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sandbox.ground import Ground, Service
from sandbox.seed import read_seed
from sandbox.services import SERVICES

LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - to recognise it, not to bind it


class PortInUseError(Exception):
    """Somebody else listens there, or it is no address of this machine."""


def serve(data: Path, ports: Mapping[str, int], host: str = LOOPBACK) -> None:
    """Serve these until SIGTERM or SIGINT; their addresses go to stdout once all answer."""
    with ExitStack() as stack:
        sockets = {
            name: stack.enter_context(_bind(host, port)) for name, port in sorted(ports.items())
        }
        ground = Ground(data, read_seed(), stack)
        services = {name: SERVICES[name].open(name, ground) for name in sockets}
        asyncio.run(_run(services, sockets, host))


def _bind(host: str, port: int) -> socket.socket:
    # IPPROTO_TCP said aloud: asyncio sets TCP_NODELAY on such sockets only, and without it each
    # answer waits 40 ms for the caller's delayed ACK.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(1024)
    except OSError as error:
        sock.close()
        raise PortInUseError(f"Cannot listen on {host}:{port}: {error.strerror}") from error
    return sock


async def _run(
    services: Mapping[str, Service], sockets: Mapping[str, socket.socket], host: str
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    ready = asyncio.Barrier(len(services) + 1)

    async def listen(name: str, service: Service) -> None:
        async with service.listening(sockets[name]):
            await ready.wait()
            await stopped.wait()

    async with asyncio.TaskGroup() as group:  # uvicorn takes 0.2 seconds to stop: all at once
        for name, service in services.items():
            group.create_task(listen(name, service))
        await ready.wait()
        _announce(services, sockets, host)


def _announce(
    services: Mapping[str, Service], sockets: Mapping[str, socket.socket], host: str
) -> None:
    shown = LOOPBACK if host in EVERY_ADDRESS else f"[{host}]" if ":" in host else host
    urls = {
        name: f"{service.scheme}://{shown}:{sockets[name].getsockname()[1]}"
        for name, service in services.items()
    }
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
