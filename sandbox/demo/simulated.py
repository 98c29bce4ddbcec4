"""The sandbox behind the platform: its switches for bad days, its own state as proof."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from sandbox.demo.books import (
    Entry,
    Holdings,
    HoldMeans,
    Moment,
    OrderMeans,
    PaymentMeans,
)
from sandbox.demo.child import Child, Watch
from sandbox.demo.loopback import http
from sandbox.services import SERVICES

USED = ("erp", "crm", "inventory", "payments")
"""The simulated backends in the story."""

ORDER: dict[str, OrderMeans] = {"10": "entered", "20": "confirmed", "90": "cancelled"}
HOLD: dict[str, HoldMeans] = {
    "HELD": "held",
    "COMMITTED": "allocated",
    "RELEASED": "released",
    "EXPIRED": "released",
}
PAYMENT: dict[str, PaymentMeans] = {
    "requires_capture": "authorised",
    "succeeded": "taken",
    "canceled": "let go",
}
"""An intent in any other state never got the bank's consent."""

OPERATION: dict[Moment, str] = {"authorisation": "createIntent", "capture": "captureIntent"}
PATIENCE = 2.0
"""Seconds the platform gives the payment provider; short, so that its silence is soon over."""

State = dict[str, Any]


class Simulated:
    declining_card = "pm_card_chargeDeclined"

    def __init__(self, child: Child, urls: dict[str, str]) -> None:
        self.settings = settings(urls)
        self.urls = urls
        self.pages = {f"{name} state": f"{url}/_sandbox/state" for name, url in urls.items()}
        self.check = child.check
        self._silenced = ""

    def holdings(self, order_id: str) -> Holdings:
        return Holdings(
            orders(self._state("erp"), order_id),
            holds(self._state("inventory"), order_id),
            payments(self._state("payments"), order_id),
        )

    def free(self, sku: str) -> int:
        article = self._state("inventory")["articles"][sku]
        return int(article["on_hand"]) - int(article["held"])

    def fall_silent(self, moment: Moment) -> None:
        self._silenced = OPERATION[moment]
        order = {"operation": self._silenced, "kind": "timeout_after_commit", "seconds": 60}
        self._control("DELETE", "calls")
        self._control("POST", "faults", json=order)

    def silent(self) -> bool:
        calls = self._control("GET", "calls").json()["calls"]
        return any(call["fault"] and call["status"] for call in calls)

    def mend(self) -> None:
        self._control("DELETE", "faults")

    def _state(self, backend: str) -> State:
        state: State = http.get(f"{self.urls[backend]}/_sandbox/state").raise_for_status().json()
        return state

    def _control(self, method: str, what: str, **options: Any) -> httpx.Response:
        url = f"{self.urls['payments']}/_sandbox/{what}"
        return http.request(method, url, **options).raise_for_status()


@contextmanager
def simulated(folder: Path, ports: Mapping[str, int], watch: Watch) -> Iterator[Simulated]:
    """On these ports (0: any free one)."""
    where = ("--data", str(folder / "sandbox"), "--only", ",".join(USED), "--ports", listed(ports))
    with Child(folder / "sandbox.log", "sandbox", *where) as child:
        yield Simulated(child, child.announced(watch))


def listed(ports: Mapping[str, int]) -> str:
    """As the sandbox takes them."""
    return ",".join(f"{name}={port}" for name, port in ports.items() if name in SERVICES)


def settings(urls: dict[str, str]) -> dict[str, Any]:
    """The credentials are in config/default.yaml; here is only where the sandbox is."""
    return {
        "erp": {"url": f"{urls['erp']}/soap"},
        "crm": {"url": urls["crm"]},
        "inventory": {"url": urls["inventory"]},
        "payments": {"url": urls["payments"], "timeout_seconds": PATIENCE},
    }


def orders(erp: State, order_id: str) -> list[Entry]:
    return [
        Entry(
            "ERP",
            order["OrderNo"],
            order["Status"],
            ORDER[order["Status"]],
            {line["MatNo"]: int(float(line["Qty"])) for line in order["Lines"]},
            int(order["NetTotal"].replace(".", "")),
        )
        for order in erp["orders"]
        if order["ExtRef"] == order_id
    ]


def holds(inventory: State, order_id: str) -> list[Entry]:
    """There is one or none; a refused one leaves its name behind, without lines."""
    hold = inventory["holds"].get(order_id)
    if hold is None or not hold["lines"]:
        return []
    lines = {line["article"]: int(line["qty"]) for line in hold["lines"]}
    return [Entry("warehouse", "hold", hold["status"], HOLD[hold["status"]], lines)]


def payments(provider: State, order_id: str) -> list[Entry]:
    found = [one for one in provider["intents"] if one["metadata"].get("reference") == order_id]
    return [_payment(one) for one in found if not _spent_key(one)]


def _payment(intent: State) -> Entry:
    given_back = sum(int(refund["amount"]) for refund in intent["refunds"])
    means = PAYMENT.get(intent["status"], "refused")
    if means == "let go" and intent["last_payment_error"]:
        means = "refused"
    minor = int(intent["amount"])
    if means == "taken":
        minor = int(intent["amount_received"]) - given_back
    return Entry("payments", intent["id"], intent["status"], means, {}, minor)


def _spent_key(intent: State) -> bool:
    """Made only so that nothing can arrive late under its key; nobody was ever asked for money."""
    return "placeholder" in intent["metadata"] and intent["status"] == "canceled"
