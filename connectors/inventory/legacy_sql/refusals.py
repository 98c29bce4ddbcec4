"""Why nothing is held, each pointing at the lines it is about."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from connectors.inventory.legacy_sql.stock import Article
from contracts.models.canonical import OrderLine
from runtime.problems import Rejected, at


def wanted(lines: Iterable[OrderLine]) -> Counter[str]:
    """How much of each article: it may be on several lines."""
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.quantity
    return total


def refuse_unknown(lines: Sequence[OrderLine], articles: Mapping[str, Article]) -> None:
    errors = [
        at(f"/lines/{place}/sku", "no such product")
        for place, line in enumerate(lines)
        if line.sku not in articles
    ]
    if errors:
        raise Rejected(kind="unknown-sku", title="There is no such product", errors=errors)


def refuse_short(lines: Sequence[OrderLine], articles: Mapping[str, Article]) -> None:
    needed = wanted(lines)
    errors = [
        at(f"/lines/{place}/quantity", f"{articles[line.sku].available} available")
        for place, line in enumerate(lines)
        if needed[line.sku] > articles[line.sku].available
    ]
    if errors:
        title = "There is not enough stock"
        raise Rejected(kind="out-of-stock", title=title, status=409, errors=errors)


def refuse_other_lines(held: Iterable[OrderLine], lines: Iterable[OrderLine]) -> None:
    if wanted(held) != wanted(lines):
        raise Rejected("something else is held under this id", kind="conflict", status=409)


def refuse_over(status: str) -> None:
    if status in {"expired", "released"}:
        raise Rejected(f"the reservation is {status}", kind=status, status=409)
