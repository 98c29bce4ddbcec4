"""A nightly warehouse of a test's own, and connectors to it that look at the folder at every call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.inventory.nightly_file import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import OrderLine
from runtime.calls.http import Reply, Request
from sandbox.nightly.warehouse import Warehouse
from tests.connectors.nightly_warehouses import House, nightly_warehouse

LAMP, DESK = "LAMP-LED-A1", "DESK-SIT-160"


async def no_http(_request: Request, /, *, timeout: float) -> Reply:
    raise AssertionError(f"nobody calls by HTTP here, within {timeout} seconds or ever")


@dataclass
class Nightly:
    house: House
    data: Path
    connectors: list[Connector] = field(default_factory=list)
    ahead: timedelta = timedelta()

    @property
    def warehouse(self) -> Warehouse:
        return self.house.warehouse

    @property
    def home(self) -> Path:
        return self.warehouse.home

    @property
    def book(self) -> Path:
        return self.data / "ours" / "inventory-nightly-file" / "book.sqlite"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def connector(self, **options: Any) -> Connector:
        """At once on its way to the folder at every call, and quick to give up."""
        quick = {"check_every_seconds": 1e-6, "timeout_seconds": 2}
        options = {**self.house.stand.options, **quick, **options}
        connector = Connector(
            Options.model_validate(options), Reach(no_http, self.now, self.data / "ours")
        )
        self.connectors.append(connector)
        return connector

    async def close(self, connector: Connector) -> None:
        self.connectors.remove(connector)
        await connector.aclose()

    def orders(self, place: str = "orders") -> list[str]:
        return sorted(path.name[0] for path in (self.home / place).glob("*.DAT"))

    def stock_files(self, place: str) -> list[str]:
        found = (self.home / "stock" / place).iterdir()
        return sorted(path.name.partition("~")[0] for path in found if path.is_file())


@asynccontextmanager
async def nightly_at(data: Path) -> AsyncIterator[Nightly]:
    (data / "theirs").mkdir()
    async with nightly_warehouse(data / "theirs") as house:
        nightly = Nightly(house, data)
        yield nightly
        for connector in list(nightly.connectors):
            await nightly.close(connector)


def lines(**quantities: int) -> list[OrderLine]:
    skus = {"lamp": LAMP, "desk": DESK}
    return [OrderLine(sku=skus[name], quantity=pieces) for name, pieces in quantities.items()]


async def available(connector: Connector, sku: str = LAMP) -> int:
    return (await connector.list_stock([sku])).items[0].available
