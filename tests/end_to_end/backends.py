"""What the simulated backends say happened to them: the other side of every proof."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

WAREHOUSE = {"authorization": "Bearer sandbox-wms-token"}

READS = {
    *("getCheck", "searchChecks"),
    *(
        "getStock",
        "listStock",
        "getHold",
        "findAccounts",
        "getAccount",
        "getConsents",
        "listActivities",
        "wsdl",
    ),
    *("getIntent", "listIntents", "searchIntents", "getRefund", "listRefunds"),
    *("ListMaterials", "GetInvoice"),
    "FindCustomers",
    *("GetCustomer", "GetPrice", "GetSalesOrder", "ListAddresses", "ListSalesOrders"),
    "ListReturns",
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

    async def called(self, backend: str, operation: str, times: int = 1) -> None:
        """Wait until it is, 12 seconds at most."""
        for _ in range(600):
            if self.calls(backend).count(operation) >= times:
                return
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{operation} was not called")

    def changes(self) -> list[str]:
        return [name for name in self.calls() if name not in READS]

    def state(self, backend: str) -> dict[str, Any]:
        return dict(self.http.get(f"{self.urls[backend]}/_sandbox/state").json())

    def control(self, backend: str, noun: str, order: Any) -> None:
        reply = self.http.post(f"{self.urls[backend]}/_sandbox/{noun}", json=order)
        assert reply.status_code == 200, reply.text

    def taken_by_others(self, sku: str, quantity: int) -> str:
        """Stock that somebody else holds; the name of their hold."""
        ref = f"others-{uuid4().hex}"
        hold = {"lines": [{"article": sku, "qty": quantity}], "ttlSeconds": 604_800}
        url = f"{self.urls['inventory']}/holds/{ref}"
        reply = self.http.put(url, json=hold, headers=WAREHOUSE)
        assert reply.status_code == 201, reply.text
        return ref

    def given_back(self, ref: str) -> None:
        url = f"{self.urls['inventory']}/holds/{ref}"
        assert self.http.delete(url, headers=WAREHOUSE).status_code == 204

    def refund_at_the_desk(self, order_id: str, minor: int) -> None:
        """Somebody gives money back at the provider, past us."""
        [intent] = self.intents(order_id)
        reply = self.http.post(
            f"{self.urls['payments']}/v1/refunds",
            data={"payment_intent": intent["id"], "amount": str(minor)},
            headers={"authorization": "Bearer sk_test_sandbox"},
        )
        assert reply.status_code == 200, reply.text

    def payment_event(self, order_id: str, kind: str) -> dict[str, Any]:
        """The last event of a kind about an order's payment, as the provider tells it."""
        [intent] = self.intents(order_id)
        found = [
            dict(event)
            for event in self.state("payments")["events"]
            if event["type"] == kind
            and intent["id"]
            in {event["data"]["object"]["id"], event["data"]["object"].get("payment_intent")}
        ]
        return found[-1]

    def erp_order(self, order_id: str) -> dict[str, Any] | None:
        orders = self.state("erp")["orders"]
        return next((dict(order) for order in orders if order["ExtRef"] == order_id), None)

    def erp_returns(self, order_id: str) -> list[dict[str, Any]]:
        """Those that stand."""
        found = [dict(one) for one in self.state("erp")["returns"]]
        return [one for one in found if (one["ExtRef"], one["Status"]) == (order_id, "30")]

    def received(self, order_id: str) -> dict[str, int]:
        """How much of each article came back into stock."""
        total: Counter[str] = Counter()
        for ref, receipt in self.state("inventory")["receipts"].items():
            if ref.startswith(order_id):
                total.update({line["article"]: line["qty"] for line in receipt["lines"]})
        return dict(total)

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
