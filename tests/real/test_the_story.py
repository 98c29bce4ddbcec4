"""`strata demo --backends real`: afterwards the orders are in Tryton, and the money at localstripe."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from sandbox.demo.third_party import RUNNING, third_party
from sandbox.real.rpc import Tryton
from tests.demo.running import demo
from tests.real.conftest import FIRST_BOOT

TOTALS = r"5 of 5 as told · 5 orders · \d+ hops · \d+ backend calls · \d+\.\d s"
PLACED, REFUSED = r"201 placed (ord_\w+)", r"experience/web/v1/orders/(ord_\w+)"

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def told(real_backends: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("story")
    running = {RUNNING: json.dumps(real_backends)}
    with demo(folder, "--once", "--backends", "real", **running) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    return out


@pytest.fixture(scope="module")
def tryton(real_backends: dict[str, Any]) -> Tryton:
    access = real_backends["tryton"]
    client = Tryton(httpx.URL(access["url"]).port or 0, access["database"])
    client.login(access["user"], access["password"])
    return client


def test_every_outcome_is_as_told(told: str) -> None:
    assert re.fullmatch(TOTALS, told.splitlines()[-1])


@pytest.mark.parametrize(
    "printed",
    [
        r"Tryton sale +\d+ \[ord_\w+\]  processing \(confirmed\)  79.89 EUR\n +2\u00d7CBL-USBC-2M",
        r"Tryton shipment +\d+  picked \(allocated\)  2\u00d7CBL-USBC-2M, 1\u00d7LAMP",
        r"Tryton shipment +\d+  cancelled \(released\)  1\u00d7DOCK-TB4",
        r"localstripe +pi_\w+  succeeded \(taken\)  79.89 EUR",
        r"localstripe +pi_\w+  canceled \(let go\)  389.00 EUR",
    ],
)
def test_what_they_have_is_printed(told: str, printed: str) -> None:
    assert re.search(printed, told), told


def test_what_was_placed_is_there_once(
    told: str, tryton: Tryton, real_backends: dict[str, Any]
) -> None:
    placed = re.findall(PLACED, told)
    assert len(placed) == 2  # the first, and the one that was killed
    for order_id in placed:
        assert [sale["state"] for sale in _sales(tryton, order_id)] == ["processing"]
        assert [it["state"] for it in _shipments(tryton, order_id)] == ["picked"]
        assert [it["status"] for it in _intents(real_backends, order_id)] == ["succeeded"]


def test_of_what_was_not_placed_nothing_is_left(
    told: str, tryton: Tryton, real_backends: dict[str, Any]
) -> None:
    refused = re.findall(REFUSED, told)
    assert len(refused) == 3  # declined, out of stock, timed out
    for order_id in refused:
        assert _sales(tryton, order_id) == []
        assert {it["state"] for it in _shipments(tryton, order_id)} <= {"cancelled"}
        assert {it["status"] for it in _intents(real_backends, order_id)} <= {"canceled"}


@pytest.mark.timeout(FIRST_BOOT)
def test_without_running_ones_it_boots_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RUNNING, raising=False)
    logs: list[str] = []
    before, threads = _children(), set(threading.enumerate())
    with third_party(tmp_path, {"tryton": 0, "stripe": 0, "crm": 0}, logs.append) as backends:
        assert backends.free("DESK-SIT-160") == 4
        assert backends.holdings("ord_none").all() == []
        backends.check()
        started = _children() - before
    assert len(started) > 4
    assert not started & _children()
    assert any("start … " in log for log in logs)
    assert set(threading.enumerate()) <= threads


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _sales(tryton: Tryton, order_id: str) -> Rows:
    return tryton.read("sale.sale", [["reference", "=", order_id]], ["state"])


def _shipments(tryton: Tryton, order_id: str) -> Rows:
    """The reference of a reservation begins with the order's id."""
    rows = tryton.read("stock.shipment.out", [], ["state", "reference"])
    return [row for row in rows if (row["reference"] or "").startswith(f"{order_id} ")]


def _intents(backends: dict[str, Any], order_id: str) -> Rows:
    """Without those that were only made to use up a key."""
    till = backends["stripe"]
    url, login = f"{till['url']}/v1/payment_intents", (till["api_key"], "")
    found = httpx.get(url, params={"limit": 10_000}, auth=login).json()["data"]
    ours = [it for it in found if it["metadata"].get("reference") == order_id]
    return [it for it in ours if "placeholder" not in it["metadata"]]
