"""Goods to reserve, and what Tryton then has of them."""

from connectors.inventory import Inventory
from contracts.models.canonical import OrderLine
from sandbox.real.rpc import Tryton

SHIPMENTS = "stock.shipment.out"
ASSIGN, PICK, CANCEL = (
    f"model.{SHIPMENTS}.{button}" for button in ("assign_try", "pick", "cancel")
)
DESK, DOCK = "DESK-SIT-160", "DOCK-TB4"


def of(sku: str, quantity: int) -> OrderLine:
    return OrderLine(sku=sku, quantity=quantity)


async def available(warehouse: Inventory, sku: str) -> int:
    return (await warehouse.list_stock([sku])).items[0].available


def shipments(inside: Tryton, ref: str) -> list[tuple[str, str]]:
    """The word and the state of whatever Tryton has under a reservation's id."""
    rows = inside.read(SHIPMENTS, [["reference", "like", f"{ref} %"]], ["reference", "state"])
    return sorted((row["reference"].split()[1], row["state"]) for row in rows)
