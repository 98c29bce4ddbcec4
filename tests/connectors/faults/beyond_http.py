"""The vendors that do not speak HTTP: each behind a port of a test's own, and what it is asked there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.reach import Reach
from runtime.resilience.guard import Guard
from tests.connectors.legacy_warehouses import legacy_warehouse
from tests.connectors.nightly_warehouses import nightly_warehouse
from tests.connectors.protocols.sql.material import nobody
from tests.connectors.test_every_vendor import CALLS
from tests.connectors.vendors import Stand, capability_of

Call = Callable[[Any], Awaitable[object]]

_SQL = ("list_stock", "put_reservation", "get_reservation", "commit_reservation")
ASKED = {"postgresql": _SQL, "mariadb": _SQL, "sftp": ("list_stock",), "smtp": ("put_message",)}
"""What reaches out where nothing is known yet, by the protocol."""


@dataclass(frozen=True)
class Vendor:
    protocol: str
    stand: Stand
    refresh: Callable[[], object] = lambda: None
    """Gives it something to tell again."""

    @property
    def calls(self) -> dict[str, Call]:
        every = CALLS[capability_of(self.stand.module)]
        return {name: every[name] for name in ASKED[self.protocol]}

    @property
    def address(self) -> tuple[str, int]:
        options = self.stand.options
        parts = urlsplit(options.get("url", ""))
        return parts.hostname or options["host"], parts.port or options["port"]

    def at(self, port: int, folder: Path, guard: Guard | None = None) -> Any:
        """A connector that keeps its books in this folder, to whoever is at this port."""
        module, options = import_module(self.stand.module), dict(self.stand.options)
        for name in {"url", "known_hosts"} & options.keys():
            options[name] = options[name].replace(f":{self.address[1]}", f":{port}")
        if "port" in options:
            options["port"] = port
        folder.mkdir(exist_ok=True)
        checked = module.Options.model_validate(options | {"timeout_seconds": 5})
        return module.Connector(
            checked, Reach(nobody, data_dir=folder, guard=guard or Guard.lenient())
        )


async def closed(connector: Any) -> None:
    """Not every vendor has something open."""
    if hasattr(connector, "aclose"):
        await connector.aclose()


@asynccontextmanager
async def running(protocol: str, folder: Path, smtp: Stand) -> AsyncIterator[Vendor]:
    """Skips where there is no such server."""
    if protocol == "smtp":
        yield Vendor(protocol, smtp)
    elif protocol == "sftp":
        async with nightly_warehouse(folder) as nightly:
            yield Vendor(protocol, nightly.stand, nightly.warehouse.night)
    else:
        async with legacy_warehouse(protocol, folder) as legacy:
            yield Vendor(protocol, legacy.stand)
