"""The inventory API with a handler or the contract changed: what it refuses to start with."""

from pathlib import Path
from typing import Any

import pytest

from runtime.access.bearer import Access
from runtime.apis.binding import Api
from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import CONTRACTS
from runtime.serving import catalogue

INVENTORY = "system/inventory/v1"
NOBODY = Access("system", {})


def bound(changes: dict[str, Any], root: Path = CONTRACTS) -> Api:
    """The inventory API with other handlers for some operations; None for none."""
    api = Api(INVENTORY, root=root)
    handlers = catalogue.load("system/inventory").handlers | changes
    for operation, handler in handlers.items():
        if handler is not None:
            api.operation(operation)(handler)
    return api


def refusal(changes: dict[str, Any], root: Path = CONTRACTS) -> list[str]:
    with pytest.raises(ContractError) as refused:
        bound(changes, root).app(NOBODY)
    assert all(fault in str(refused.value) for fault in [INVENTORY, *refused.value.faults])
    return refused.value.faults
