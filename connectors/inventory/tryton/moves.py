"""Goods that go from one place of Tryton's to another, as a shipment's lines."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connectors.inventory.tryton.stock import Article, Company
from connectors.vendors.tryton.values import Values, decimal
from contracts.models.canonical import OrderLine


def new_moves(
    lines: Sequence[OrderLine],
    articles: Mapping[str, Article],
    company: Company,
    source: int,
    target: int,
) -> list[Values]:
    """`source` and `target` are ids of stock.location."""
    return [
        {
            "product": articles[line.sku].id,
            "unit": articles[line.sku].unit,
            "quantity": float(line.quantity),
            "from_location": source,
            "to_location": target,
            "unit_price": decimal(Decimal(0)),
            "currency": company.currency,
        }
        for line in lines
    ]
