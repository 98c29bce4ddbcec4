"""Why a reservation is not made or not moved, each pointing at what is to be changed."""

from collections.abc import Mapping, Sequence

from connectors.inventory.nightly_file.holds import articles_of
from contracts.models.canonical import OrderLine
from runtime.problems import Problem, Rejected, at


def over(state: str) -> Problem:
    return Rejected(f"the reservation is {state}", kind=state, status=409)


def conflict() -> Problem:
    return Rejected("something else is held under this id", kind="conflict", status=409)


def shipped() -> Problem:
    return Rejected("the goods have left the warehouse", kind="shipped", status=409)


def refuse_unknown(lines: Sequence[OrderLine], available: Mapping[str, int]) -> None:
    errors = [
        at(f"/lines/{place}/sku", "no such product")
        for place, line in enumerate(lines)
        if line.sku not in available
    ]
    if errors:
        raise Rejected(kind="unknown-sku", title="There is no such product", errors=errors)


def refuse_short(lines: Sequence[OrderLine], available: Mapping[str, int]) -> None:
    """Every line of a product of which all lines together want more than there is."""
    wanted = articles_of(lines)
    errors = [
        at(f"/lines/{place}/quantity", f"{available[line.sku]} available")
        for place, line in enumerate(lines)
        if wanted[line.sku] > available[line.sku]
    ]
    if errors:
        title = "There is not enough stock"
        raise Rejected(kind="out-of-stock", title=title, status=409, errors=errors)
