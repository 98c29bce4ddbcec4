"""A warehouse of the sandbox behind its SFTP server, with its people at hand."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.ground import Ground
from sandbox.nightly.service import PASSWORD, USER, NightlyService
from sandbox.nightly.warehouse import Warehouse
from sandbox.seed import read_seed
from tests.connectors.vendors import Stand


@dataclass(frozen=True)
class House:
    warehouse: Warehouse
    stand: Stand


@asynccontextmanager
async def nightly_warehouse(data: Path) -> AsyncIterator[House]:
    with ExitStack() as stack, socket.create_server(("127.0.0.1", 0)) as sock:
        service = NightlyService("nightly", Ground(data, read_seed(), stack))
        async with service.listening(sock):
            options = {
                "url": f"sftp://127.0.0.1:{sock.getsockname()[1]}/",
                "user": USER,
                "password": PASSWORD,
                "known_hosts": service.known_hosts,
            }
            stand = Stand("connectors.inventory.nightly_file", options)
            yield House(service.warehouse, stand)
