"""What the backends themselves say of an order: the other side of every promise."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

OrderMeans = Literal["entered", "confirmed", "cancelled"]
HoldMeans = Literal["held", "allocated", "released"]
PaymentMeans = Literal["authorised", "taken", "let go", "refused"]

Moment = Literal["authorisation", "capture"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `says` is its state in the backend's own word, `means` in ours."""

    where: str
    number: str
    says: str
    means: OrderMeans | HoldMeans | PaymentMeans
    lines: dict[str, int] = field(default_factory=dict)
    minor: int = 0
    """Cents: what an order comes to, what was authorised, or what was taken."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """All records about one order."""

    orders: list[Entry]
    holds: list[Entry]
    payments: list[Entry]

    def all(self) -> list[Entry]:
        return [*self.orders, *self.holds, *self.payments]


class Backends(Protocol):
    """The systems behind the platform, and their bad days."""

    settings: dict[str, Any]
    """The configuration's `backends`."""
    declining_card: str
    pages: dict[str, str]
    """Where to look at them."""

    def holdings(self, order_id: str) -> Holdings: ...
    def free(self, sku: str) -> int:
        """Pieces that can be promised to somebody."""

    def fall_silent(self, moment: Moment) -> None:
        """From its next one on, the payment provider does what it is asked, and does not say so."""

    def silent(self) -> bool:
        """Whether it has come to that."""

    def mend(self) -> None: ...
    def check(self) -> None:
        """Raise if one of them has ended."""


def goods(lines: dict[str, int]) -> str:
    return ", ".join(f"{count}\u00d7{sku}" for sku, count in lines.items())


def money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02} EUR"


def named(entries: Iterable[Entry]) -> str:
    return ", ".join(f"{entry.number} {entry.says}" for entry in entries) or "none"
