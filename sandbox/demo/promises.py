"""What was promised, held against what the backends have: pure functions."""

from dataclasses import dataclass

from sandbox.demo.books import Holdings, money, named
from sandbox.demo.shop import Answer


@dataclass(frozen=True, slots=True)
class Promise:
    text: str
    kept: bool
    found: str
    """What there is instead, for when it is not kept."""


def answered(answer: Answer, status: int, kind: str) -> Promise:
    """With this status, and as this kind of problem."""
    told = str(answer.body.get("type", "no problem document")).rsplit(":", 1)[-1]
    problem = answer.media_type == "application/problem+json"
    kept = problem and (answer.status, told) == (status, kind)
    return Promise(f"{status} {kind}", kept, f"{answer.status} {told}")


def placed(answer: Answer) -> Promise:
    status = str(answer.body.get("status"))
    return Promise("placed", (answer.status, status) == (201, "placed"), f"{answer.status}")


def complete(held: Holdings, minor: int, lines: dict[str, int]) -> list[Promise]:
    """Everything is there, and there once."""
    return [_one_order(held, minor, lines), _allocated(held, lines), _charged_once(held, minor)]


def nothing_left(held: Holdings) -> list[Promise]:
    """Whatever was begun has been undone."""
    orders = [order for order in held.orders if order.means != "cancelled"]
    holds = [hold for hold in held.holds if hold.means != "released"]
    payments = [entry for entry in held.payments if entry.means in {"authorised", "taken"}]
    return [
        Promise("no order in the ERP", not orders, named(orders)),
        Promise("no goods held", not holds, named(holds)),
        Promise("no money held or taken", not payments, named(payments)),
    ]


def stock(before: dict[str, int], after: dict[str, int], taken: dict[str, int]) -> Promise:
    """Free pieces by SKU; `taken` are the ones that have to be missing now."""
    expected = {sku: count - taken.get(sku, 0) for sku, count in before.items()}
    text = f"stock down by {sum(taken.values())}" if taken else "stock as before"
    return Promise(text, after == expected, f"{before} before, {after} now")


def _one_order(held: Holdings, minor: int, lines: dict[str, int]) -> Promise:
    live = [order for order in held.orders if order.means != "cancelled"]
    kept = [(o.means, o.minor, o.lines) for o in live] == [("confirmed", minor, lines)]
    return Promise("one ERP order, confirmed", kept, named(live))


def _allocated(held: Holdings, lines: dict[str, int]) -> Promise:
    live = [hold for hold in held.holds if hold.means != "released"]
    kept = [(hold.means, hold.lines) for hold in live] == [("allocated", lines)]
    return Promise("goods allocated", kept, named(live))


def _charged_once(held: Holdings, minor: int) -> Promise:
    live = [entry for entry in held.payments if entry.means in {"authorised", "taken"}]
    kept = [(entry.means, entry.minor) for entry in live] == [("taken", minor)]
    return Promise(f"charged once, {money(minor)}", kept, named(live))
