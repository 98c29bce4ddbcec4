"""Bad days to order: which call they hit, how often, and what the orderer may say."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sandbox.messages import Json


@dataclass
class Fault:
    """Hits the next `times` matching calls, or each with probability `rate`."""

    operation: str
    kind: str
    seconds: float | None = None
    times: int | None = None
    rate: float | None = None
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        # Seeded by what it is: the same calls meet the same faults in every run.
        self.dice = random.Random(f"{self.operation}/{self.kind}")  # noqa: S311 - no secret

    def hits(self, operation: str) -> bool:
        if self.operation not in ("*", operation):
            return False
        if self.rate is not None:
            return self.dice.random() < self.rate
        return True

    def describe(self) -> Json:
        known = {"operation": self.operation, "kind": self.kind, "seconds": self.seconds}
        known |= {"times": self.times, "rate": self.rate}
        return {name: value for name, value in known.items() if value is not None}


class FaultBook:
    """The faults on order, the oldest first; a spent one leaves."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def take(self, operation: str) -> Fault | None:
        fault = next((fault for fault in self._faults if fault.hits(operation)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._faults.remove(fault)
        return fault

    def clear(self) -> None:
        self._faults.clear()

    def listing(self) -> Json:
        return [fault.describe() for fault in self._faults]


def read_fault(
    order: Json, operations: Collection[str], seconds_of: Mapping[str, float | None]
) -> Fault:
    """`seconds_of`: the default seconds of each kind, None for a kind that takes none.

    Raises ValueError with a message for the person who ordered."""
    if not isinstance(order, dict):
        raise ValueError("Send a JSON object")
    _check_words(order, operations, seconds_of)
    kind, seconds = order["kind"], order.get("seconds")
    if seconds is not None and seconds_of[kind] is None:
        raise ValueError(f"{kind} takes no seconds")
    if seconds is not None and not (_is_number(seconds) and 0 <= seconds <= 3600):
        raise ValueError("seconds is a number from 0 to 3600")
    times, rate = _read_frequency(order)
    return Fault(
        order["operation"], kind, seconds_of[kind] if seconds is None else seconds, times, rate
    )


def _check_words(
    order: dict[str, Json], operations: Collection[str], kinds: Collection[str]
) -> None:
    if unknown := order.keys() - {"operation", "kind", "times", "rate", "seconds"}:
        raise ValueError(f"Unknown fields: {', '.join(sorted(unknown))}")
    for word, known in (("operation", ["*", *operations]), ("kind", kinds)):
        if order.get(word) not in known:
            raise ValueError(f"Unknown {word} {order.get(word)!r}; known: {', '.join(known)}")


def _read_frequency(order: dict[str, Json]) -> tuple[int | None, float | None]:
    times, rate = order.get("times"), order.get("rate")
    if times is not None and rate is not None:
        raise ValueError("Give times or rate, not both")
    if rate is not None:
        if not (_is_number(rate) and 0 <= rate <= 1):
            raise ValueError("rate is a number from 0 to 1")
        return None, float(rate)
    if times is None:
        return 1, None
    if type(times) is not int or times < 1:
        raise ValueError("times is an integer from 1")
    return times, None


def _is_number(value: Json) -> bool:
    return type(value) in (int, float)
