"""What the tables hold in the beginning: the seed, and what has gathered there over the years."""

from collections.abc import Iterator
from typing import Any

from sandbox.seed import Seed

ITEM = "INSERT INTO ITEMMAST VALUES (:item, :descr, :status, :unit)"
BALANCE = "INSERT INTO STOCKBAL VALUES (:item, :place, :on_hand, 0, 20190331023000)"
QUARANTINED = 3
OWN = (
    ("DOCK-TB3", "Thunderbolt 3 dock", "B", "EA", 7),
    ("LAMP-HALO", "Halogen desk lamp", "X", "EA", 5),
    ("TAPE-GAFFER", "Gaffer tape", "A", "MTR", 120),
)
"""Blocked, deleted, and told in metres: none of it is in the seed."""

Insert = tuple[str, dict[str, Any]]


def inserts(seed: Seed) -> Iterator[Insert]:
    for product in seed.products:
        yield from _item(product["sku"], product["name"], "A", "EA", product["stock"])
    for item in OWN:
        yield from _item(*item)


def _item(sku: str, descr: str, status: str, unit: str, stock: int) -> Iterator[Insert]:
    """A quarter lies in the overflow, and what came back broken in quarantine."""
    item = sku.ljust(18)  # the host's programs fill up with blanks, whatever a database would do
    yield ITEM, {"item": item, "descr": descr, "status": status, "unit": unit.ljust(3)}
    over = stock // 4
    for place, on_hand in (("MAIN", stock - over), ("OVER", over), ("QUAR", QUARANTINED)):
        yield BALANCE, {"item": item, "place": place, "on_hand": on_hand}
