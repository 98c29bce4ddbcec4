"""What localstripe has on record about an order, asked over Stripe's API."""

from typing import Any

from sandbox.demo.books import Entry, Moment, PaymentMeans
from sandbox.demo.loopback import http
from sandbox.demo.proxy import LossyProxy

MEANS: dict[str, PaymentMeans] = {"requires_capture": "authorised", "canceled": "let go"}
PATH: dict[Moment, str] = {
    "authorisation": r"/v1/payment_intents",
    "capture": r"/v1/payment_intents/[^/]+/capture",
}

Intent = dict[str, Any]


class Till:
    """The platform pays by way of `proxy`, which can lose an answer; we ask the provider itself."""

    def __init__(self, access: dict[str, str]) -> None:
        self._url = access["url"]
        self._who = {"authorization": f"Bearer {access['api_key']}"}
        self.proxy = LossyProxy(access["url"].removeprefix("http://"))

    def payments(self, order_id: str) -> list[Entry]:
        everything = {"limit": 100_000}  # it takes any limit, and has no search
        url = f"{self._url}/v1/payment_intents"
        reply = http.get(url, params=everything, headers=self._who).raise_for_status()
        return payments(reply.json()["data"], order_id)

    def fall_silent(self, moment: Moment) -> None:
        self.proxy.lose(PATH[moment])

    def silent(self) -> bool:
        return self.proxy.lost.is_set()


def payments(intents: list[Intent], order_id: str) -> list[Entry]:
    found = [one for one in intents if one["metadata"].get("reference") == order_id]
    return [_payment(one) for one in found if not _spent_key(one)]


def _payment(intent: Intent) -> Entry:
    """The charge decides: localstripe may have captured what it says is cancelled."""
    charge = intent["latest_charge"] or {}
    minor, state = int(intent["amount"]), intent["status"]
    if charge.get("captured"):
        kept = minor - int(charge["amount_refunded"])
        return Entry("localstripe", intent["id"], state, "taken", {}, kept)
    declined = intent["last_payment_error"] is not None
    means = "refused" if declined else MEANS.get(state, "refused")
    return Entry("localstripe", intent["id"], state, means, {}, minor)


def _spent_key(intent: Intent) -> bool:
    """Made only so that nothing can arrive late under its key; nobody was ever asked for money."""
    return "placeholder" in intent["metadata"] and intent["status"] == "canceled"
