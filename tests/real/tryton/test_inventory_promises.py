"""What the inventory port promises, kept by Tryton: the tests of every warehouse, run here."""

import pytest

from connectors.inventory import Inventory
from tests.connectors.test_every_inventory import *  # noqa: F403 - its tests are collected as ours

globals()["pytestmark"] = []  # theirs says which vendors: here it is this one


@pytest.fixture
def connector(warehouse: Inventory) -> Inventory:
    return warehouse
