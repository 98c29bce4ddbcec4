"""Tryton's list prices, which are without tax, as ours; tests/real/tryton has the real one."""

from typing import Any

import pytest

from connectors.erp.tryton.catalogue import SOLD, product_price


def decimal(text: str) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": text}


def taxed(*taxes: tuple[str, str | None]) -> dict[str, Any]:
    found = [
        {"id": n, "type": kind, "rate": rate and decimal(rate)}
        for n, (kind, rate) in enumerate(taxes)
    ]
    return {"id": 1, "customer_taxes_used.": found}


@pytest.mark.parametrize(
    ("category", "price", "rate"),
    [
        (None, "129.995", "0"),
        (taxed(), "129.995", "0"),
        (taxed(("percentage", "0.25")), "162.49", "25"),
        (taxed(("percentage", "0.055")), "137.14", "5.5"),
        (taxed(("percentage", "0.2"), ("percentage", "0.01")), "157.29", "21"),
        (taxed(("fixed", None), ("none", None)), "129.995", "0"),
    ],
)
def test_tax_is_added_to_what_is_shown(category: Any, price: str, rate: str) -> None:
    row = {"id": 7, "code": "X", "name": "Thing", "default_uom": 1, "account_category.": category}
    sold = SOLD.made_of(row | {"list_price_used": decimal("129.9950")})

    shown = product_price("EUR", sold)

    assert (shown.price.amount, shown.tax_rate) == (price, rate)
