"""What tests of the legacy warehouse have in common."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from connectors.inventory.legacy_sql import Connector
from contracts.models.canonical import OrderLine

Connect = Callable[..., Awaitable[Connector]]
"""Another connector to the same warehouse, with options of its own."""


class Hand:
    """A clock that goes when it is pushed."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def lines(**quantities: int) -> list[OrderLine]:
    return [OrderLine(sku=sku.replace("_", "-"), quantity=qty) for sku, qty in quantities.items()]


async def available(warehouse: Connector, sku: str) -> int:
    return (await warehouse.list_stock([sku])).items[0].available
