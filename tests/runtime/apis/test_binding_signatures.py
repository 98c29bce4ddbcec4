"""Handlers whose signature is not the contract's: each difference keeps an API from starting."""
# mypy: disable-error-code="empty-body"

from collections.abc import Callable
from typing import Any, Literal

import pytest

from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import NewReservation, Reservation, Stock, StockList
from runtime.apis.endpoint import Answer
from runtime.contracts.bundle import ContractError
from runtime.contracts.contract import CONTRACTS
from runtime.serving import catalogue
from tests.runtime.inventory import NOBODY, bound, refusal


@pytest.mark.parametrize("name", catalogue.names())
def test_an_api_of_ours_is_what_its_contract_says(name: str) -> None:
    catalogue.load(name).app(NOBODY)


def test_the_folders_and_the_contracts_name_the_same_apis() -> None:
    contracts = {str(path.parent.relative_to(CONTRACTS)) for path in CONTRACTS.rglob("v*.yaml")}

    assert contracts == set(catalogue.names())


async def without_its_parameter() -> Stock: ...
async def with_another_parameter(sku: str, warehouse: str) -> Stock: ...
async def with_a_misnamed_parameter(product: str) -> Stock: ...
async def with_a_mistyped_parameter(sku: int) -> Stock: ...
async def with_an_optional_parameter(sku: str | None) -> Stock: ...
async def with_one_of_many(sku: str) -> StockList: ...
async def without_its_body(reservation_id: str) -> Reservation: ...
async def with_a_misnamed_body(reservation_id: str, new: NewReservation) -> Reservation: ...
async def with_another_body(reservation_id: str, body: OrderLine) -> Reservation: ...
async def with_a_list_of_bodies(reservation_id: str, body: list[NewReservation]) -> Reservation: ...
async def with_a_body_nobody_sends(sku: str, body: Stock) -> Stock: ...
async def with_rest(sku: str, **rest: str) -> Stock: ...
def without_async(sku: str) -> Stock: ...
async def answering_another(sku: str) -> StockList: ...
async def answering_a_list(sku: str) -> list[Stock]: ...
async def answering_perhaps_nothing(sku: str) -> Stock | None: ...
async def answering_one_or_the_other(sku: str) -> Stock | StockList: ...
async def answering_nothing(sku: str) -> None: ...
async def answering_anything(sku: str) -> dict[str, Any]: ...
async def answering_a_word(sku: str) -> Literal["plenty"]: ...
async def answering_where_nothing_is_promised(reservation_id: str) -> Reservation: ...
async def answering_unannotated(sku: str): ...  # type: ignore[no-untyped-def]


SIGNATURES: dict[str, tuple[dict[str, Any], str]] = {
    "no handler": ({"getStock": None}, "getStock: no handler"),
    "a handler too many": (
        {"dropStock": answering_nothing},
        "dropStock: not an operation of the contract",
    ),
    "a parameter missing": (
        {"getStock": without_its_parameter},
        "getStock: the handler does not take path parameter sku",
    ),
    "a parameter too many": (
        {"getStock": with_another_parameter},
        "getStock: the handler takes warehouse, which the contract does not have",
    ),
    "a parameter misnamed": (
        {"getStock": with_a_misnamed_parameter},
        "getStock: the handler takes product, which the contract does not have",
    ),
    "a parameter mistyped": (
        {"getStock": with_a_mistyped_parameter},
        "getStock: parameter sku: contract <class 'str'>, handler <class 'int'>",
    ),
    "a required parameter as optional": (
        {"getStock": with_an_optional_parameter},
        "getStock: parameter sku: contract <class 'str'>, handler str | None",
    ),
    "one value where many may come": (
        {"listStock": with_one_of_many},
        "listStock: parameter sku: contract list[str], handler <class 'str'>",
    ),
    "any parameter": (
        {"getStock": with_rest},
        "getStock: the handler takes rest, which the contract does not have",
    ),
    "the body missing": (
        {"putReservation": without_its_body},
        "putReservation: the handler does not take the body",
    ),
    "the body misnamed": (
        {"putReservation": with_a_misnamed_body},
        "putReservation: the handler takes new, which the contract does not have",
    ),
    "a body nobody sends": (
        {"getStock": with_a_body_nobody_sends},
        "getStock: the handler takes body, which the contract does not have",
    ),
    "not async": ({"getStock": without_async}, "getStock: the handler is not async"),
    "nothing where content is promised": (
        {"getStock": answering_nothing},
        "getStock: the contract answers with content, the handler does not",
    ),
    "content where nothing is promised": (
        {"releaseReservation": answering_where_nothing_is_promised},
        "releaseReservation: the contract answers with no content, the handler does not",
    ),
    "an answer without a type": (
        {"getStock": answering_unannotated},
        "getStock: the contract answers with content, the handler does not",
    ),
}


@pytest.mark.parametrize(("changes", "says"), SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_handler_with_another_signature_does_not_start(
    changes: dict[str, Any], says: str
) -> None:
    assert says in refusal(changes)


TYPES: dict[str, tuple[dict[str, Any], str]] = {
    "another body": (
        {"putReservation": with_another_body},
        "putReservation: request body /properties/lines: contract ",
    ),
    "a list of bodies": (
        {"putReservation": with_a_list_of_bodies},
        "putReservation: request body /type: contract 'object', code 'array'",
    ),
    "another answer": (
        {"getStock": answering_another},
        "getStock: response 200 /properties/available: contract ",
    ),
    "a list instead of an object": (
        {"getStock": answering_a_list},
        "getStock: response 200 /type: contract 'object', code 'array'",
    ),
    "perhaps nothing": ({"getStock": answering_perhaps_nothing}, "getStock: response 200 /anyOf: "),
    "one or the other": (
        {"getStock": answering_one_or_the_other},
        "getStock: response 200 /anyOf: ",
    ),
    "anything": (
        {"getStock": answering_anything},
        "getStock: response 200 /additionalProperties: contract None, code True",
    ),
    "a word": ({"getStock": answering_a_word}, "getStock: response 200 /enum: contract None"),
}


@pytest.mark.parametrize(("changes", "says"), TYPES.values(), ids=TYPES.keys())
def test_a_handler_of_another_type_does_not_start(changes: dict[str, Any], says: str) -> None:
    assert any(fault.startswith(says) for fault in refusal(changes))


def test_every_difference_is_named_at_once() -> None:
    found = refusal({"getStock": None, "listStock": with_one_of_many, "dropStock": without_async})

    assert {fault.split(":")[0] for fault in found} == {"getStock", "listStock", "dropStock"}


def test_an_operation_is_bound_once() -> None:
    api = bound({})

    with pytest.raises(ContractError, match="getStock: bound twice"):
        api.operation("getStock")(answering_nothing)


async def answered_otherwise(sku: str) -> Stock | Answer[Stock]: ...
async def always_answered_otherwise(sku: str) -> Answer[Stock]: ...


@pytest.mark.parametrize("handler", [answered_otherwise, always_answered_otherwise])
def test_an_answer_with_another_status_is_of_the_same_type(handler: Callable[..., Any]) -> None:
    bound({"getStock": handler}).app(NOBODY)
