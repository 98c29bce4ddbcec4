"""What the simulated backends say happened to them: the other side of every proof."""

from dataclasses import dataclass
from typing import Any

import httpx

READS = {
    *("getCheck", "searchChecks"),
    *("getStock", "listStock", "getHold", "findAccounts", "getAccount", "listActivities", "wsdl"),
    *("getIntent", "listIntents", "searchIntents", "getRefund", "listRefunds"),
    *("GetCustomer", "GetPrice", "GetSalesOrder", "ListAddresses", "ListSalesOrders"),
}


@dataclass
class Backends:
    urls: dict[str, str]
    http: httpx.Client

    @property
    def controlled(self) -> dict[str, str]:
        """Those with a control plane; the relay's is the inbox's."""
        return {name: url for name, url in self.urls.items() if url.startswith("http")}

    def calm(self) -> None:
        for url in self.controlled.values():
            self.http.delete(f"{url}/_sandbox/faults")
            self.http.delete(f"{url}/_sandbox/calls")

    def fault(self, backend: str, operation: str, kind: str, **options: Any) -> None:
        order = {"operation": operation, "kind": kind, **options}
        reply = self.http.post(f"{self.urls[backend]}/_sandbox/faults", json=order)
        assert reply.status_code == 200, reply.text

    def mend(self) -> None:
        for url in self.controlled.values():
            self.http.delete(f"{url}/_sandbox/faults")

    def calls(self, backend: str | None = None) -> list[str]:
        """The operations called, in order; of one backend or of all."""
        names = [backend] if backend else list(self.controlled)
        return [
            call["operation"]
            for name in names
            for call in self.http.get(f"{self.urls[name]}/_sandbox/calls").json()["calls"]
        ]

    def changes(self) -> list[str]:
        return [name for name in self.calls() if name not in READS]

    def state(self, backend: str) -> dict[str, Any]:
        return dict(self.http.get(f"{self.urls[backend]}/_sandbox/state").json())

    def control(self, backend: str, noun: str, order: Any) -> None:
        reply = self.http.post(f"{self.urls[backend]}/_sandbox/{noun}", json=order)
        assert reply.status_code == 200, reply.text

    def erp_order(self, order_id: str) -> dict[str, Any] | None:
        orders = self.state("erp")["orders"]
        return next((dict(order) for order in orders if order["ExtRef"] == order_id), None)

    def hold(self, order_id: str) -> str:
        """HELD, COMMITTED, RELEASED, EXPIRED, or NONE."""
        holds = self.state("inventory")["holds"]
        return str(holds[order_id]["status"]) if order_id in holds else "NONE"

    def intents(self, order_id: str) -> list[dict[str, Any]]:
        """Every payment intent ever made for an order."""
        found = self.state("payments")["intents"]
        return [dict(i) for i in found if i["metadata"].get("reference") == order_id]

    def money_taken(self, order_id: str) -> int:
        """Minor units captured and not given back."""
        return sum(
            int(i["amount_received"]) - sum(int(r["amount"]) for r in i["refunds"])
            for i in self.intents(order_id)
        )

    def money_held(self, order_id: str) -> int:
        """Minor units authorised and neither captured nor let go."""
        return sum(int(i["amount_capturable"]) for i in self.intents(order_id))

    def stock(self, sku: str) -> tuple[int, int, int]:
        """On hand, held, committed."""
        article = self.state("inventory")["articles"][sku]
        return int(article["on_hand"]), int(article["held"]), int(article["committed"])

    def letters_to(self, address: str) -> list[dict[str, Any]]:
        """By Message-ID, with how often each was delivered."""
        found = self.state("mail")["letters"].values()
        return [dict(letter) for letter in found if letter["recipients"] == [address]]

    def orders_of(self, customer: str) -> list[str]:
        return [o["ExtRef"] for o in self.state("erp")["orders"] if o["CustNo"] == customer]

    def assert_nothing_left_of(self, order_id: str) -> None:
        """Whatever was begun for the order is undone everywhere."""
        erp = self.erp_order(order_id)
        assert erp is None or erp["Status"] == "90", erp
        assert self.hold(order_id) in {"NONE", "RELEASED"}
        assert (self.money_held(order_id), self.money_taken(order_id)) == (0, 0)

    def assert_complete(self, order_id: str, minor: int) -> None:
        """Confirmed in the ERP, goods committed, the money taken once."""
        erp = self.erp_order(order_id)
        assert erp is not None
        assert erp["Status"] == "20", erp
        assert self.hold(order_id) == "COMMITTED"
        assert (self.money_held(order_id), self.money_taken(order_id)) == (0, minor)
