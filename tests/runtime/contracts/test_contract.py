"""Contracts: one self-contained document each, and operations that say all they must."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from runtime.contracts.bundle import ContractError, resolve
from runtime.contracts.contract import CONTRACTS, Contract, contract_names
from runtime.serving.platform import Platform
from runtime.settings import Settings
from tests.runtime.edited import Edit, edited, written
from tests.runtime.served import at, nowhere

NAMES = contract_names()
STOCK = "system/inventory/v1"


def faults(root: Path, name: str = STOCK) -> list[str]:
    with pytest.raises(ContractError) as refusal:
        _ = Contract.load(name, root).operations
    assert name in str(refusal.value)
    return refusal.value.faults


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.fixture(scope="module")
async def served(settings: Settings) -> dict[str, dict[str, Any]]:
    """What each API serves at /openapi.json, by the name of its contract."""
    apis = [name.rsplit("/", 1)[0] for name in NAMES]
    async with at(Platform(apis, settings, nowhere)) as client:
        return {name: (await client.get(f"/{name}/openapi.json")).json() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
async def test_the_served_contract_stands_on_its_own(
    served: dict[str, dict[str, Any]], name: str
) -> None:
    document = served[name]

    found = set(references(document))
    assert found
    for reference in found:
        assert reference.startswith("#/components/")
        assert "$ref" not in resolve(document, {"$ref": reference})


@pytest.mark.parametrize("name", NAMES)
async def test_the_served_contract_is_openapi_3_1(
    served: dict[str, dict[str, Any]], name: str
) -> None:
    validator = pytest.importorskip("openapi_spec_validator")

    assert served[name]["openapi"].startswith("3.1.")
    validator.validate(served[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_can_be_written_as_json(name: str) -> None:
    document = Contract.load(name).document

    assert json.loads(orjson.dumps(document)) == document


def test_what_a_contract_borrows_moves_in_with_all_it_needs() -> None:
    contract = Contract.load("process/orders/v1")
    schemas = contract.document["components"]["schemas"]

    assert {"Order", "TimelineEntry", "Problem", "FieldError"} <= contract.borrowed
    assert "NewOrder" not in contract.borrowed
    assert schemas["Order"]["properties"]["failure"] == {"$ref": "#/components/schemas/Problem"}
    assert "Address" not in schemas  # nobody refers to it


def test_a_cycle_of_references_ends(tmp_path: Path) -> None:
    def branch(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Stock"]["properties"] |= {
            "parts": {"$ref": "../../more.yaml#/components/schemas/Parts"}
        }

    reference = {"$ref": "#/components/schemas/Parts"}
    more = {"components": {"schemas": {"Parts": {"type": "array", "items": reference}}}}
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(more))

    schemas = Contract.load(STOCK, edited(tmp_path, STOCK, branch)).document["components"][
        "schemas"
    ]

    assert schemas["Parts"] == {"type": "array", "items": reference}


def test_what_stands_beside_a_reference_is_kept(tmp_path: Path) -> None:
    def annotate(document: dict[str, Any]) -> None:
        sku = document["components"]["schemas"]["Stock"]["properties"]["sku"]
        sku |= {"description": "Ours.", "maxLength": 9}

    contract = Contract.load(STOCK, edited(tmp_path, STOCK, annotate))

    sku = contract.document["components"]["schemas"]["Stock"]["properties"]["sku"]
    assert sku == {"$ref": "#/components/schemas/Sku", "description": "Ours.", "maxLength": 9}
    assert resolve(contract.document, sku)["maxLength"] == 9
    assert resolve(contract.document, sku)["type"] == "string"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("#/components/schemas/Nothing", "nothing at #/components/schemas/Nothing"),
        ("#/components/nothing/Stock", "nothing at #/components/nothing/Stock"),
        ("../../canonical.yaml#/components/schemas/Nothing", "nothing at ../../canonical.yaml#"),
        ("../../nothing.yaml#/components/schemas/Money", "it cannot be read"),
        ("#/components/schemas/Stock/properties/sku", "only a whole component"),
        ("#/paths", "only a whole component"),
        ("Stock", "only a whole component"),
    ],
)
def test_a_reference_to_nothing_is_named(tmp_path: Path, reference: str, says: str) -> None:
    def refer(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Stock"]["properties"]["sku"] = {"$ref": reference}

    with pytest.raises(ContractError) as refusal:
        Contract.load(STOCK, edited(tmp_path, STOCK, refer))

    assert says in str(refusal.value)


def test_a_borrowed_name_cannot_be_defined_anew(tmp_path: Path) -> None:
    """Else every borrowed schema that refers to it would silently mean another."""

    def shadow(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Sku"] = {"type": "integer"}

    with pytest.raises(ContractError, match="schemas/Sku: defined here, and borrowed"):
        Contract.load(STOCK, edited(tmp_path, STOCK, shadow))


def test_a_name_cannot_be_borrowed_from_two_files(tmp_path: Path) -> None:
    def borrow(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Stock"]["properties"]["alias"] = {
            "$ref": "../../more.yaml#/components/schemas/Sku"
        }

    (tmp_path / "more.yaml").write_text("components: {schemas: {Sku: {type: integer}}}")

    with pytest.raises(ContractError, match=r"schemas/Sku: borrowed from canonical\.yaml and more"):
        Contract.load(STOCK, edited(tmp_path, STOCK, borrow))


def test_an_operation_says_what_the_server_needs() -> None:
    operations = Contract.load("process/orders/v1").operations

    assert operations.keys() >= {"placeOrder", "listOrders", "getOrder", "cancelOrder"}
    place = operations["placeOrder"]
    assert (place.method, place.path, place.statuses) == ("post", "/orders", (201, 202))
    assert place.scopes == {"orders:write"}
    assert [(p.name, p.place, p.required) for p in operations["listOrders"].parameters] == [
        ("customerId", "query", True),
        ("limit", "query", False),
        ("cursor", "query", False),
    ]


def test_an_operations_own_parameter_replaces_its_paths(tmp_path: Path) -> None:
    def own(document: dict[str, Any]) -> None:
        sku = {"name": "sku", "in": "path", "required": True, "schema": {"type": "string"}}
        document["paths"]["/stock/{sku}"]["get"]["parameters"] = [sku]

    operation = Contract.load(STOCK, edited(tmp_path, STOCK, own)).operations["getStock"]

    assert [p.schema for p in operation.parameters] == [{"type": "string"}]


def get_stock(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/stock/{sku}"]["get"]
    return operation


SENT = {"content": {"application/json": {"schema": {"type": "object"}}}}

FAULTY: dict[str, tuple[Edit, str]] = {
    "no security": (
        lambda d: get_stock(d).pop("security"),
        "getStock: no scope is declared, so nobody could be refused",
    ),
    "no scope": (
        lambda d: get_stock(d).update(security=[{"oauth2": []}]),
        "getStock: no scope is declared, so nobody could be refused",
    ),
    "signed, and with a token": (
        lambda d: get_stock(d).update({"x-signed-by": "erp", "requestBody": SENT}),
        "getStock: what is known by its signature has security: []",
    ),
    "signed, and verified elsewhere": (
        lambda d: get_stock(d).update({"x-signed-by": "erp", "x-verified-by": "system/erp"}),
        "getStock: x-signed-by or x-verified-by, not both",
    ),
    "signed, and nothing is sent": (
        lambda d: get_stock(d).update({"x-signed-by": "erp", "security": []}),
        "getStock: nothing is sent that could be signed",
    ),
    "open to all": (
        lambda d: get_stock(d).update(security=[]),
        "getStock: no scope is declared, so nobody could be refused",
    ),
    "no default response": (
        lambda d: get_stock(d)["responses"].pop("default"),
        "getStock: no default (problem) response is declared",
    ),
    "no success response": (
        lambda d: get_stock(d)["responses"].pop("200"),
        "getStock: no success response is declared",
    ),
    "success by pattern": (
        lambda d: get_stock(d)["responses"].update({"2XX": {"description": ""}}),
        "getStock: name each success status instead of 2XX",
    ),
    "deprecated since never": (
        lambda d: get_stock(d).update(deprecated=True),
        "getStock: deprecated, but x-deprecated-since is not the date since when",
    ),
    "deprecated since a text": (
        lambda d: get_stock(d).update({"deprecated": True, "x-deprecated-since": "spring"}),
        "getStock: deprecated, but x-deprecated-since is not the date since when",
    ),
    "no operationId": (
        lambda d: get_stock(d).pop("operationId"),
        "GET /stock/{sku}: it has no operationId",
    ),
    "operationId twice": (
        lambda d: get_stock(d).update(operationId="listStock"),
        "listStock: more than one operation",
    ),
    "undeclared path parameter": (
        lambda d: d["paths"]["/stock/{sku}"].pop("parameters"),
        "getStock: path parameter sku is not both in the path and declared",
    ),
    "path parameter of another name": (
        lambda d: d["paths"].update({"/stock/{product}": d["paths"].pop("/stock/{sku}")}),
        "getStock: path parameter product is not both in the path and declared",
    ),
    "method nobody serves": (
        lambda d: d["paths"]["/stock/{sku}"].update(head=get_stock(d)),
        "HEAD /stock/{sku}: not a method we serve",
    ),
    "address nobody calls": (
        lambda d: d.update(servers=[{"url": "/system/inventory/v2"}]),
        "servers: the URL must be /system/inventory/v1, where callers look for it",
    ),
}


@pytest.mark.parametrize(("edit", "says"), FAULTY.values(), ids=FAULTY.keys())
def test_an_operation_that_does_not_say_all_is_refused_by_name(
    tmp_path: Path, edit: Edit, says: str
) -> None:
    assert any(says in fault for fault in faults(edited(tmp_path, STOCK, edit)))


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    def two(document: dict[str, Any]) -> None:
        get_stock(document).pop("security")
        document["paths"]["/stock"]["get"]["responses"].pop("default")

    assert {fault.split(":")[0] for fault in faults(edited(tmp_path, STOCK, two))} == {
        "getStock",
        "listStock",
    }


def test_unquoted_response_codes_are_read_as_they_are_meant(tmp_path: Path) -> None:
    def unquote(document: dict[str, Any]) -> None:
        responses = get_stock(document)["responses"]
        responses[200] = responses.pop("200")

    contract = Contract.load(STOCK, edited(tmp_path, STOCK, unquote))

    assert contract.operations["getStock"].statuses == (200,)
    assert orjson.dumps(contract.document)


@pytest.mark.parametrize("content", ["", "- a", "a: [", "\x00"])
def test_a_file_that_is_no_contract_is_named(tmp_path: Path, content: str) -> None:
    root = written(tmp_path, STOCK, {})
    (root / f"{STOCK}.yaml").write_text(content)

    with pytest.raises(ContractError, match=r"system/inventory/v1\.yaml"):
        Contract.load(STOCK, root)


def test_a_contract_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match="system/inventory/v9"):
        Contract.load("system/inventory/v9")


def test_every_contract_file_is_found() -> None:
    files = {str(path.relative_to(CONTRACTS)) for path in CONTRACTS.rglob("v*.yaml")}

    assert files == {f"{name}.yaml" for name in NAMES}
