"""What each Experience API says of where the layer below's things are to be found in it."""

from importlib import import_module

import pytest

from runtime.apis.binding import Api
from runtime.apis.places import NAMED, Places
from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import Contract, contract_names
from tests.runtime.inventory import NOBODY

APIS = [name for name in contract_names() if name.startswith("experience/")]
READ = {
    NAMED.sub("{}", contract.prefix + operation.path)
    for contract in map(Contract.load, contract_names())
    for operation in contract.operations.values()
    if operation.method == "get"
}


@pytest.mark.parametrize("name", APIS)
def test_every_api_has_places_for_what_can_be_read_below(name: str) -> None:
    api = import_module(f"experience_apis.{name.split('/')[1]}.api").api

    assert api.places.prefix == api.contract.prefix
    assert {NAMED.sub("{}", there) for there in api.places.table} <= READ


def test_a_place_where_nothing_can_be_read_does_not_start() -> None:
    nowhere = Places("/experience/mobile/v1", {"/process/orders/v1/orders/{id}": "/bills/{id}"})

    with pytest.raises(ContractError, match=r"/bills/\{id\}"):
        Api("experience/mobile/v1", places=nowhere).app(NOBODY)
