"""What `python -m sandbox.real` promises. On backends of its own: the shared ones get used."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from sandbox.real.rpc import Tryton
from sandbox.seed import read_seed
from tests.real.conftest import FIRST_BOOT, booting

pytestmark = pytest.mark.timeout(FIRST_BOOT)

STORAGE_ZONE = 3


@pytest.fixture(scope="module")
def fresh() -> Iterator[dict[str, Any]]:
    with booting() as (_, backends):
        yield backends


@pytest.fixture(scope="module")
def tryton(fresh: dict[str, Any]) -> Tryton:
    access = fresh["tryton"]
    client = Tryton(httpx.URL(access["url"]).port or 0, access["database"])
    client.login(access["user"], access["password"])
    return client


def test_every_product_is_there_with_its_price(tryton: Tryton) -> None:
    rows = tryton.read("product.product", [], ["code", "name", "list_price_used"])
    found = {(row["code"], row["name"], row["list_price_used"]["decimal"]) for row in rows}
    assert found == {(p["sku"], p["name"], p["price"]) for p in read_seed().products}


def test_every_product_is_in_stock_as_counted(tryton: Tryton) -> None:
    search = "model.product.product.search_read"
    free = {"locations": [STORAGE_ZONE], "stock_assign": True}
    rows = tryton.call(search, [], 0, None, None, ["code", "quantity"], context=free)
    found = {row["code"]: row["quantity"] for row in rows}
    assert found == {p["sku"]: p["stock"] for p in read_seed().products}


def test_every_customer_is_found_by_our_id(tryton: Tryton) -> None:
    known = [["identifiers.code", "like", "C-%"]]
    place = ["street", "postal_code", "city", "country.code", "invoice", "delivery"]
    fields = ["name", "code", "email", "phone", *(f"addresses.{part}" for part in place)]
    found = {row["code"]: row for row in tryton.read("party.party", known, fields)}
    assert set(found) == {customer["id"] for customer in read_seed().customers}
    for customer in read_seed().customers:
        party = found[customer["id"]]
        [address] = party["addresses."]
        assert [party["name"], party["email"], party["phone"]] == [
            customer["name"],
            customer["email"],
            customer["phone"],
        ]
        assert (address["street"], address["postal_code"], address["city"]) == (
            customer["street"],
            customer["postalCode"],
            customer["city"],
        )
        assert address["country."]["code"] == customer["country"]
        assert address["invoice"]
        assert address["delivery"]


def test_the_integration_user_is_no_administrator(tryton: Tryton) -> None:
    assert not tryton.context["administrator"]


def test_localstripe_authorizes_and_captures(fresh: dict[str, Any]) -> None:
    till = fresh["stripe"]
    with httpx.Client(base_url=till["url"], auth=(till["api_key"], "")) as client:
        order = {"amount": 6490, "currency": "eur", "metadata[reference]": "ORD-1"}
        card = {"payment_method": "pm_card_visa", "capture_method": "manual", "confirm": "true"}
        intent = client.post("/v1/payment_intents", data=order | card).json()
        assert intent["status"] == "requires_capture"
        captured = client.post(f"/v1/payment_intents/{intent['id']}/capture").json()
    assert captured["status"] == "succeeded"
    assert captured["metadata"] == {"reference": "ORD-1"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_booter(number: signal.Signals, tmp_path: Path) -> None:
    with booting("--data", str(tmp_path)) as (booter, _):
        children = psutil.Process(booter.pid).children(recursive=True)
        assert len(children) >= 2
        booter.send_signal(number)
        _, alive = psutil.wait_procs(children, timeout=10)
        code = booter.wait(timeout=10)
    assert not alive
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
