"""A reservation as our book has it, and how it moves what the last file says is there."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import orjson

from connectors.goods import wanted
from contracts.models.canonical import OrderLine
from contracts.models.system.inventory.v1 import Reservation

Status = Literal["held", "committed", "released", "expired"]

TAKEN, SHIPPED, REFUSED = "T", "S", "R"
"""What became of an order file, in the warehouse's letters."""


@dataclass(slots=True)
class Hold:
    """A row of the book. Moments are seconds since the epoch; `*_told` is what the warehouse confirmed."""

    id: str
    number: str
    status: Literal["held", "committed", "released"]
    lines: str
    expires_at: int
    ordered_at: int | None = None
    order_sent: int = 0
    order_told: str | None = None
    cancelled_at: int | None = None
    cancel_sent: int = 0
    cancel_told: str | None = None

    def state(self, now: datetime) -> Status:
        if self.status == "held" and now.timestamp() >= self.expires_at:
            return "expired"
        return self.status

    def articles(self) -> dict[str, int]:
        return dict(orjson.loads(self.lines)["articles"])

    def sign(self) -> int:
        """What its quantities are times this, on top of what the last file says is free.

        A file has taken an order in account when it confirms it (quirk 5).
        """
        if self.status == "held":
            return -1
        if self.ordered_at is None or self.cancel_told is not None:
            return 0
        taken_off = -1 if self.order_told is None else 0
        is_coming_back = self.status == "released" and self.order_told in (None, TAKEN)
        return taken_off + is_coming_back

    def reservation(self, now: datetime) -> Reservation:
        state = self.state(now)
        lapses = state in ("held", "expired")
        asked = orjson.loads(self.lines)["asked"]
        return Reservation(
            id=self.id,
            status=state,
            lines=[OrderLine(sku=sku, quantity=quantity) for sku, quantity in asked],
            expires_at=datetime.fromtimestamp(self.expires_at, UTC) if lapses else None,
        )


def number_of(reservation_id: str) -> str:
    """Sixteen letters and digits for an id that is longer and knows lower case (quirk 4)."""
    return hashlib.sha256(reservation_id.encode()).hexdigest()[:16].upper()


def written(lines: Iterable[OrderLine]) -> str:
    lines = list(lines)
    asked = [(line.sku, line.quantity) for line in lines]
    return orjson.dumps({"asked": asked, "articles": wanted(lines)}).decode()
