"""What the backends say happened to them, by the reference each of them was given."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

State = dict[str, Any]

CREDITED = "30"
"""The status of a return that stands."""


@dataclass(slots=True)
class Account:
    """All that bears one reference. Money in minor units."""

    order: State | None = None
    hold: State | None = None
    intents: list[State] = field(default_factory=list)
    returns: list[State] = field(default_factory=list)
    """Those that stand."""

    @property
    def order_status(self) -> str:
        """10 entered, 20 confirmed, 90 cancelled; empty for none."""
        return str(self.order["Status"]) if self.order else ""

    @property
    def hold_status(self) -> str:
        return str(self.hold["status"]) if self.hold else ""

    @property
    def refunds(self) -> list[State]:
        return [refund for intent in self.intents for refund in intent["refunds"]]

    @property
    def captures(self) -> list[int]:
        return [intent["amount_received"] for intent in self.intents if intent["amount_received"]]

    @property
    def held(self) -> int:
        return sum(int(intent["amount_capturable"]) for intent in self.intents)

    @property
    def kept(self) -> int:
        return sum(self.captures) - sum(int(refund["amount"]) for refund in self.refunds)

    @property
    def owed(self) -> int:
        """What it costs, less what came back."""
        returned = sum(_minor(back["CreditTotal"]) for back in self.returns)
        return _minor(self.order["NetTotal"]) - returned if self.order else 0


@dataclass(frozen=True, slots=True)
class Books:
    """States by backend, as they were `before` and as they are `now`."""

    before: dict[str, State]
    now: dict[str, State]

    def added(self, backend: str, kind: str) -> list[State]:
        """What there is now of a kind, and was not before."""
        before = self.before[backend][kind]
        return [each for each in self.now[backend][kind] if each not in before]

    def accounts(self) -> dict[str, Account]:
        found: dict[str, Account] = {}
        for order in self.now["erp"]["orders"]:
            found.setdefault(order["ExtRef"], Account()).order = order
        for back in self.now["erp"].get("returns", ()):
            if back["Status"] == CREDITED:
                found.setdefault(back["ExtRef"], Account()).returns.append(back)
        for ref, hold in self.now["inventory"]["holds"].items():
            found.setdefault(ref, Account()).hold = hold
        for intent in self.now["payments"]["intents"]:
            reference = intent["metadata"].get("reference", "none")
            found.setdefault(reference, Account()).intents.append(intent)
        return found

    def stock_moved(self) -> dict[str, int]:
        """What left the shelves of each article since before; what is only held, too."""
        before, now = (books["inventory"]["articles"] for books in (self.before, self.now))
        moved = {sku: _free(before[sku]) - _free(now[sku]) for sku in now}
        return {sku: quantity for sku, quantity in moved.items() if quantity}

    def came_back(self) -> Counter[str]:
        """Into stock, by article."""
        total: Counter[str] = Counter()
        for receipt in self.now["inventory"].get("receipts", {}).values():
            total.update({line["article"]: line["qty"] for line in receipt["lines"]})
        return total

    def letters(self) -> Iterator[tuple[str, list[State]]]:
        """By recipient and subject: those that have the same are meant to be one."""
        found: dict[str, list[State]] = {}
        for letter in self.now["mail"]["letters"].values():
            found.setdefault(f"{letter['recipients']}: {letter['subject']}", []).append(letter)
        yield from found.items()


def _free(article: State) -> int:
    return int(article["on_hand"]) - int(article["held"])


def _minor(amount: str) -> int:
    return int(Decimal(amount) * 100)
