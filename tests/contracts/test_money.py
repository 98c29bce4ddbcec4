from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models.canonical import Money
from contracts.money import amount_of, from_minor, money_of, tax_in, to_minor
from runtime.problems import Rejected


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("129.00", "EUR", 12900),
        ("129", "EUR", 12900),
        ("0.1", "EUR", 10),
        ("-3.50", "EUR", -350),
        ("500", "JPY", 500),
        ("500.0", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("999999999999.99", "USD", 99999999999999),
    ],
)
def test_minor_units_follow_the_currency(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Money(amount=amount, currency=currency)) == minor


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.005", "EUR"), ("1.5", "JPY"), ("1.2345", "KWD")]
)
def test_an_amount_finer_than_its_currency_is_pointed_at(amount: str, currency: str) -> None:
    with pytest.raises(Rejected) as caught:
        to_minor(Money(amount=amount, currency=currency), "/total")

    assert caught.value.document["errors"][0]["pointer"] == "#/total/amount"


def test_a_vendor_may_count_in_other_units() -> None:
    whole = Money(amount="5", currency="ISK")

    assert to_minor(whole, places=2) == 500
    assert from_minor(500, "ISK", places=2) == whole


@pytest.mark.parametrize(("amount", "currency", "places"), [("5.50", "ISK", 2), ("5.50", "MGA", 0)])
def test_other_units_do_not_make_a_currency_finer(amount: str, currency: str, places: int) -> None:
    with pytest.raises(Rejected):
        to_minor(Money(amount=amount, currency=currency), places=places)


def test_no_float_takes_part_in_a_sum() -> None:
    ten_cents = amount_of(Money(amount="0.1", currency="EUR"))

    assert money_of(ten_cents * 3, "EUR") == Money(amount="0.30", currency="EUR")


def test_a_computed_amount_is_never_rounded_in_silence() -> None:
    with pytest.raises(ValueError, match="finer"):
        money_of(Decimal("0.005"), "EUR")


@given(
    st.integers(min_value=-(10**11), max_value=10**11),
    st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
)
def test_minor_units_survive_the_round_trip(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency)) == minor


@pytest.mark.parametrize(
    ("gross", "currency", "percent", "tax"),
    [
        ("125.00", "EUR", "25", "25.00"),
        ("44.85", "EUR", "25", "8.97"),
        ("0.07", "EUR", "7.5", "0.00"),
        ("0.02", "EUR", "100", "0.01"),
        ("0.03", "EUR", "100", "0.02"),
        ("110", "JPY", "10", "10"),
        ("1.234", "KWD", "0", "0.000"),
    ],
)
def test_the_tax_in_a_price_is_rounded_half_up(
    gross: str, currency: str, percent: str, tax: str
) -> None:
    found = tax_in(Money(amount=gross, currency=currency), percent)

    assert found == Money(amount=tax, currency=currency)
