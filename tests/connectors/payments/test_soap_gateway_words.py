"""The gateway's words and ours lead to each other; what it may never say is a bad answer."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.payments.soap_gateway import words
from contracts.models.canonical import Money
from contracts.money import decimals, from_minor
from runtime.problems import Misconfigured, Rejected, Unavailable
from sandbox.payment_gateway import codes

OUR_IDS = some.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
CURRENCIES = some.sampled_from(["EUR", "JPY", "BHD", "CLF"])
TOLD = {"MerchantRef": "R", "Status": "A", "Currency": "EUR", "CurrencyExponent": "2"}
TOLD |= {"Amount": "3000", "CapturedAmount": "0"}


@given(CURRENCIES, some.integers(1, 10**11))
def test_an_amount_comes_back(currency: str, minor: int) -> None:
    amount = from_minor(minor, currency)

    held = words.transaction({"Status": "A", **words.amount_fields(amount)})

    assert held == words.authorised(amount)
    assert words.payment("P", held).amount == amount
    assert words.minor_of(held, amount) == minor


@given(OUR_IDS, OUR_IDS)
def test_a_reference_is_one_that_the_gateway_takes_and_nobody_elses(one: str, two: str) -> None:
    assert re.fullmatch("[A-Z0-9]{32}", words.reference(one, "refund", two))
    assert (words.reference(one) == words.reference(two)) == (one == two)


def test_a_reference_stays_what_it_is() -> None:
    """Changed, it would find none of the payments there are."""
    assert words.reference("P-1") == "QKMIOYHXTOQK5JM47WCXZJRYA52BPEGN"


def test_an_exponent_of_the_gateways_own_is_read_by_it() -> None:
    told = TOLD | {"Currency": "JPY", "Amount": "300000"}

    held = words.transaction(told)

    assert words.payment("P", held).amount == Money(amount="3000", currency="JPY")
    assert words.minor_of(held, Money(amount="3000", currency="JPY")) == 300000
    assert decimals("JPY") == 0


def test_refunds_of_one_reference_add_up() -> None:
    twice = [{"MerchantRef": "X", "Amount": "100"}, {"MerchantRef": "X", "Amount": "200"}]
    held = words.transaction(TOLD | {"Status": "S", "CapturedAmount": "1000", "Refund": twice})

    assert (dict(held.refunds), held.left) == ({"X": 300}, 700)


@pytest.mark.parametrize(
    "change", [{"Amount": "many"}, {"Amount": None}, {"CurrencyExponent": "x"}, {"Currency": ...}]
)
def test_a_transaction_that_lacks_something_is_none(change: dict[str, Any]) -> None:
    told = {name: value for name, value in (TOLD | change).items() if value is not ...}

    with pytest.raises((ValueError, TypeError, LookupError)):
        words.transaction(told)


@pytest.mark.parametrize("code", sorted(codes.TEXTS.keys() - {codes.OK}))
def test_every_code_of_the_gateway_means_something(code: str) -> None:
    problem = words.refusal("payments", code)

    if code in words.DECLINES or code in ("14", "25"):
        assert isinstance(problem, Rejected)
    elif code in ("03", "12"):
        assert isinstance(problem, Misconfigured)
    else:
        assert isinstance(problem, Unavailable)
        assert not isinstance(problem, Misconfigured)


@pytest.mark.parametrize(
    ("moment", "local"),
    [
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "20260701140000"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "20270101003000"),
    ],
)
def test_the_gateways_clock_knows_summer_and_new_year(moment: datetime, local: str) -> None:
    assert words.local_time(moment, ZoneInfo("Europe/Paris")) == local
