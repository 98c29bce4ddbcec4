"""The web shop's side: Ada with a cart, and what she is answered."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sandbox.demo.loopback import http
from sandbox.seed import read_seed

CLIENT = {"client_id": "ada", "client_secret": "ada-dev"}
CHECKOUT = "/experience/web/v1/checkout"


@dataclass(frozen=True)
class Cart:
    lines: dict[str, int]
    card: str

    @property
    def minor(self) -> int:
        """What it costs by the price list everybody starts with, in cents."""
        prices = {product["sku"]: product["price"] for product in read_seed().products}
        return sum(int(prices[sku].replace(".", "")) * count for sku, count in self.lines.items())

    def document(self) -> dict[str, Any]:
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in self.lines.items()]
        return {"currency": "EUR", "lines": lines, "payment": {"token": self.card}}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: dict[str, Any]
    ms: float


class Visit:
    """One checkout, under one key and one trace, however often it is sent."""

    def __init__(self, url: str, cart: Cart) -> None:
        self._url, self._cart = url, cart
        self._key, self.trace = f"demo-{uuid4().hex}", uuid4().hex

    def checkout(self) -> Answer:
        """Raises httpx.TransportError when the line goes dead."""
        where, cart, headers = self._url + CHECKOUT, self._cart.document(), self._headers()
        started = time.perf_counter()
        reply = http.post(where, json=cart, headers=headers)
        ms = (time.perf_counter() - started) * 1000
        media_type = reply.headers.get("content-type", "")
        return Answer(
            reply.status_code, media_type, reply.json() if "json" in media_type else {}, ms
        )

    def _headers(self) -> dict[str, str]:
        form = {"grant_type": "client_credentials", **CLIENT}
        reply = http.post(f"{self._url}/oauth/token", data=form).raise_for_status()
        token = reply.json()["access_token"]
        return {
            "authorization": f"Bearer {token}",
            "idempotency-key": self._key,
            "traceparent": f"00-{self.trace}-{self.trace[:16]}-01",
        }
