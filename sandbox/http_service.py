"""A simulated backend that speaks HTTP: its state in one SQLite file, uvicorn in front."""

import asyncio
import logging
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import uvicorn

from sandbox.backend import Backend
from sandbox.clock import Clock
from sandbox.front import Front, Receive
from sandbox.ground import Ground
from sandbox.store import Filler, open_store
from sandbox.wire import OpenProtocol, Scope, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Vendor:
    backend: Callable[[sqlite3.Connection, Clock], Backend]
    schema: Path
    fill: Filler


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Not here: one signal stops all services, see serve.py."""
        yield


class HttpService:
    scheme: ClassVar = "http"

    def __init__(self, app: App) -> None:
        self._app = app

    @asynccontextmanager
    async def listening(self, sock: socket.socket) -> AsyncIterator[None]:
        server = _Server(_config(self._app))
        serving = asyncio.create_task(server.serve([sock]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(0.001)
        try:
            yield
        finally:
            server.should_exit = True
            await serving


def over_http(vendor: Vendor) -> Callable[[str, Ground], HttpService]:
    def open_service(name: str, ground: Ground) -> HttpService:
        store = open_store(ground.data / f"{name}.db", vendor.schema, vendor.fill, ground.seed)
        db, clock = ground.stack.enter_context(closing(store)), Clock()
        return HttpService(Front(vendor.backend(db, clock), clock))

    return open_service


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
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
