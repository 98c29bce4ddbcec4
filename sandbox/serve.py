"""Four servers in one process and one event loop."""

import asyncio
import json
import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from sandbox import crm, erp, inventory, payments
from sandbox.backend import Backend
from sandbox.clock import Clock
from sandbox.front import Front
from sandbox.seed import read_seed
from sandbox.store import Filler, open_store
from sandbox.wire import OpenProtocol

LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - to recognise it, not to bind it


@dataclass(frozen=True, slots=True)
class Vendor:
    backend: Callable[[sqlite3.Connection, Clock], Backend]
    schema: Path
    fill: Filler


# In the order of --ports.
BACKENDS = {
    "erp": Vendor(erp.Erp, erp.SCHEMA, erp.fill),
    "crm": Vendor(crm.Crm, crm.SCHEMA, crm.fill),
    "inventory": Vendor(inventory.Inventory, inventory.SCHEMA, inventory.fill),
    "payments": Vendor(payments.Payments, payments.SCHEMA, payments.fill),
}


class PortInUseError(Exception):
    """Somebody else listens there, or it is no address of this machine."""


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Not here: one signal stops all four, see `_run`."""
        yield


def serve(data: Path, ports: Sequence[int], host: str = LOOPBACK) -> None:
    """Serve until SIGTERM or SIGINT; the four addresses go to stdout once all four answer."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(_bind(host, port)) for port in ports]
        fronts = _open_fronts(data, stack)
        servers = {
            Server(_config(front)): sock for front, sock in zip(fronts, sockets, strict=True)
        }
        asyncio.run(_run(servers, host))


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


def _open_fronts(data: Path, stack: ExitStack) -> list[Front]:
    seed = read_seed()
    fronts = []
    for name, vendor in BACKENDS.items():
        store = open_store(data / f"{name}.db", vendor.schema, vendor.fill, seed)
        db, clock = stack.enter_context(closing(store)), Clock()
        fronts.append(Front(vendor.backend(db, clock), clock))
    return fronts


def _config(front: Front) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        http=OpenProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.CRITICAL + 1,  # a cut connection is what was ordered
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,  # a pooled connection dies only when a fault kills it
        timeout_graceful_shutdown=0,  # a caller that waits out a delay does not hold us up
    )


async def _run(servers: dict[Server, socket.socket], host: str) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = asyncio.gather(*(server.serve([sock]) for server, sock in servers.items()))
    while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn has no event
        await asyncio.sleep(0.001)
    _announce(servers.values(), host)
    await serving


def _announce(sockets: Iterable[socket.socket], host: str) -> None:
    shown = LOOPBACK if host in EVERY_ADDRESS else f"[{host}]" if ":" in host else host
    ports = (sock.getsockname()[1] for sock in sockets)
    urls = {name: f"http://{shown}:{port}" for name, port in zip(BACKENDS, ports, strict=True)}
    sys.stdout.write(json.dumps(urls) + "\n")
    sys.stdout.flush()
