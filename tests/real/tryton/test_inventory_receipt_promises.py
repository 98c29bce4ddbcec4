"""What the inventory port promises of goods that come back, kept by Tryton."""

import pytest

from connectors.inventory import Inventory
from tests.connectors.test_every_inventory_receipts import *  # noqa: F403 - its tests are collected as ours

globals()["pytestmark"] = []  # theirs says which vendors: here it is this one


@pytest.fixture
def connector(warehouse: Inventory) -> Inventory:
    return warehouse
