"""The warehouse's SFTP server on a socket: one user, one password, a host key of its own."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import ClassVar

from sandbox.ground import Ground
from sandbox.nightly.warehouse import Warehouse

USER, PASSWORD = "strata", "sandbox"


class NightlyService:
    """Its stock file of tonight is there before it answers; `known_hosts` lies in the data directory."""

    scheme: ClassVar = "sftp"

    def __init__(self, name: str, ground: Ground) -> None:
        self._host_key = ground.data / f"{name}.key"
        self._known_hosts = ground.data / f"{name}.known_hosts"
        self.warehouse = ground.stack.enter_context(closing(Warehouse(ground.data, ground.seed)))
        if not any(Path(self.warehouse.home, "stock").rglob("STOCK*")):
            self.warehouse.night()

    @asynccontextmanager
    async def listening(self, sock: socket.socket) -> AsyncIterator[None]:
        from sandbox.nightly.sftp import serving  # asyncssh takes 0.3 s to import

        async with serving(sock, self.warehouse.home, self._host_key, (USER, PASSWORD)) as line:
            self._known_hosts.write_text(line)
            yield

    @property
    def known_hosts(self) -> str:
        """For whoever calls it, while it is listening."""
        return self._known_hosts.read_text()
