"""Contracts that moved on while the handlers did not: the API does not start, and says why."""
# mypy: disable-error-code="empty-body"

from pathlib import Path
from typing import Any

import pytest

from contracts.models.system.inventory.v1 import Stock, StockList
from tests.runtime.edited import Edit, edited
from tests.runtime.inventory import INVENTORY, refusal


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def more(document: dict[str, Any]) -> None:
    stock = document["paths"]["/stock"]
    stock["post"] = {**stock["get"], "operationId": "listBins"}


def limit(document: dict[str, Any], place: str = "query", **schema: Any) -> None:
    parameter = {"name": "limit", "in": place, "schema": {"type": "integer", **schema}}
    document["paths"]["/stock/{sku}"]["get"]["parameters"] = [parameter]


def also(document: dict[str, Any], status: str, content: dict[str, Any]) -> None:
    """Another success response for putReservation."""
    responses = document["paths"]["/reservations/{reservationId}"]["put"]["responses"]
    responses[status] = {"description": "", "content": content}


def by_sku(document: dict[str, Any]) -> None:
    """An object of stocks by SKU, in place of the list."""
    items = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Stock"}}
    schemas(document)["StockList"]["properties"]["items"] = items
    schemas(document)["Stock"]["properties"]["available"]["minimum"] = 1


class StocksBySku(StockList):
    items: dict[str, Stock]  # type: ignore[assignment]


async def list_by_sku(sku: list[str]) -> StocksBySku: ...


CONTRACTS_AHEAD: dict[str, tuple[Edit, dict[str, Any], str]] = {
    "an operation more": (more, {}, "listBins: no handler"),
    "a parameter more": (
        limit,
        {},
        "getStock: the handler does not take query parameter limit",
    ),
    "a member more": (
        lambda d: schemas(d)["Stock"]["properties"].update(shelf={"type": "string"}),
        {},
        "getStock: response 200 /properties/shelf: contract {'type': 'string'}, code None",
    ),
    "a tighter bound": (
        lambda d: schemas(d)["NewReservation"]["properties"]["lines"].update(maxItems=20),
        {},
        "putReservation: request body /properties/lines/maxItems: contract 20, code 200",
    ),
    "another answer for another status": (
        lambda d: also(d, "202", {"application/json": {"schema": {"type": "string"}}}),
        {},
        "putReservation: response 202 /type: contract 'string', code 'object'",
    ),
    "nothing to answer with another status": (
        lambda d: also(d, "204", {}),
        {},
        "putReservation: response 204 : contract None, code ",
    ),
    "a map of what differs": (
        by_sku,
        {"listStock": list_by_sku},
        "listStock: response 200 /properties/items/additionalProperties/properties/available"
        "/minimum: contract 1, code 0",
    ),
    "a promise of a parameter that nothing would check": (
        lambda d: limit(d, multipleOf=5),
        {},
        "getStock: parameter limit: multipleOf is not supported",
    ),
    "a parameter of a type that cannot be read": (
        lambda d: limit(d, type="object"),
        {},
        "getStock: parameter limit: its type is not supported: object",
    ),
    "a parameter in a cookie": (
        lambda d: limit(d, "cookie"),
        {},
        "getStock: parameter limit: cookie parameters are not supported",
    ),
}


@pytest.mark.parametrize(
    ("edit", "changes", "says"), CONTRACTS_AHEAD.values(), ids=CONTRACTS_AHEAD.keys()
)
def test_a_contract_that_moved_on_is_not_served_by_yesterdays_handlers(
    tmp_path: Path, edit: Edit, changes: dict[str, Any], says: str
) -> None:
    found = refusal(changes, edited(tmp_path, INVENTORY, edit))

    assert any(fault.startswith(says) for fault in found), found
