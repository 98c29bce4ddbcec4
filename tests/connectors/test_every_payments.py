"""What the payments port promises, of every payment provider that runs here."""

import asyncio
from uuid import uuid4

import pytest

from connectors.payments import Payments
from contracts.models.canonical import Money, PaymentMethod
from contracts.models.system.payments.v1 import Payment
from runtime.problems import Missing, Rejected
from tests.connectors.vendors import Stand, every

pytestmark = every("payments")


@pytest.fixture
def ref() -> str:
    return f"P-{uuid4().hex}"


@pytest.fixture
def card(stand: Stand) -> PaymentMethod:
    return PaymentMethod(token=stand.words["good"])


def eur(amount: str) -> Money:
    return Money(amount=amount, currency="EUR")


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_money_is_reserved_then_taken_then_given_back(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    def payment(status: str, captured: str, refunded: str) -> Payment:
        told = {"id": ref, "status": status, "amount": eur("30.00")}
        told |= {"captured": eur(captured), "refunded": eur(refunded)}
        return Payment.model_validate(told)

    assert await connector.authorize(ref, eur("30.00"), card) == payment(
        "authorized", "0.00", "0.00"
    )
    assert await connector.get_payment(ref) == payment("authorized", "0.00", "0.00")
    assert await connector.capture(ref) == payment("captured", "30.00", "0.00")
    assert (await connector.refund(ref, "r1", eur("10.00"))).amount == eur("10.00")
    assert await connector.get_payment(ref) == payment("captured", "30.00", "10.00")


async def test_the_same_amount_again_changes_nothing(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    first = await connector.authorize(ref, eur("30.00"), card)

    assert await connector.authorize(ref, eur("30.00"), card) == first
    captured = await connector.capture(ref)
    assert await connector.authorize(ref, eur("30.00"), card) == captured


async def test_another_amount_is_a_conflict(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    first = await connector.authorize(ref, eur("30.00"), card)

    for other in (eur("31.00"), Money(amount="30.00", currency="SEK")):
        with pytest.raises(Rejected) as caught:
            await connector.authorize(ref, other, card)
        assert refused(caught) == (409, "conflict")
    assert await connector.get_payment(ref) == first


async def test_a_declined_card_is_pointed_at_and_no_payment(
    connector: Payments, ref: str, card: PaymentMethod, stand: Stand
) -> None:
    declined = PaymentMethod(token=stand.words["declined"])

    for _ in range(2):
        with pytest.raises(Rejected) as caught:
            await connector.authorize(ref, eur("30.00"), declined)
        assert refused(caught) == (422, "card-declined")
        assert [e["pointer"] for e in caught.value.document["errors"]] == ["#/method/token"]
    with pytest.raises(Missing):
        await connector.get_payment(ref)

    assert (await connector.authorize(ref, eur("30.00"), card)).status == "authorized"


async def test_an_unknown_payment_method_is_no_outage(
    connector: Payments, ref: str, stand: Stand
) -> None:
    with pytest.raises(Rejected) as caught:
        await connector.authorize(ref, eur("30.00"), PaymentMethod(token=stand.words["unknown"]))

    assert refused(caught) == (422, "unknown-payment-method")


async def test_a_capture_may_be_repeated(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    await connector.authorize(ref, eur("30.00"), card)

    assert await connector.capture(ref) == await connector.capture(ref)


async def test_captures_at_once_take_the_money_once(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    await connector.authorize(ref, eur("30.00"), card)

    taken = await asyncio.gather(*(connector.capture(ref) for _ in range(5)))

    assert {payment.captured.amount for payment in taken} == {"30.00"}


async def test_what_was_voided_stays_voided(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    await connector.authorize(ref, eur("30.00"), card)
    for _ in range(2):
        await connector.void(ref)

    assert (await connector.get_payment(ref)).status == "voided"
    with pytest.raises(Rejected) as caught:
        await connector.authorize(ref, eur("30.00"), card)
    assert refused(caught) == (409, "voided")
    with pytest.raises(Rejected) as caught:
        await connector.capture(ref)
    assert refused(caught) == (409, "voided")


async def test_a_void_of_nothing_is_harmless_and_lets_nothing_follow(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    for _ in range(2):
        await connector.void(ref)

    with pytest.raises(Missing):
        await connector.get_payment(ref)
    with pytest.raises(Rejected) as caught:
        await connector.authorize(ref, eur("30.00"), card)
    assert refused(caught) == (409, "voided")


async def test_money_that_was_taken_cannot_be_let_go(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    await connector.authorize(ref, eur("30.00"), card)
    await connector.capture(ref)

    with pytest.raises(Rejected) as caught:
        await connector.void(ref)

    assert refused(caught) == (409, "captured")
    assert (await connector.get_payment(ref)).status == "captured"


async def test_a_refund_may_be_repeated_and_not_changed(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    await connector.authorize(ref, eur("30.00"), card)
    await connector.capture(ref)
    refund = await connector.refund(ref, "r1", eur("10.00"))

    assert await connector.refund(ref, "r1", eur("10.00")) == refund
    with pytest.raises(Rejected) as caught:
        await connector.refund(ref, "r1", eur("11.00"))
    assert refused(caught) == (409, "conflict")
    assert (await connector.get_payment(ref)).refunded == eur("10.00")


async def test_no_more_is_given_back_than_was_taken(
    connector: Payments, ref: str, card: PaymentMethod
) -> None:
    await connector.authorize(ref, eur("30.00"), card)
    with pytest.raises(Rejected) as caught:
        await connector.refund(ref, "r0", eur("1.00"))
    assert refused(caught) == (422, "refund-exceeds-payment")
    await connector.capture(ref)
    await connector.refund(ref, "r1", eur("29.00"))

    with pytest.raises(Rejected) as caught:
        await connector.refund(ref, "r2", eur("1.01"))

    assert refused(caught) == (422, "refund-exceeds-payment")
    assert (await connector.get_payment(ref)).refunded == eur("29.00")


async def test_what_never_was_is_missing(connector: Payments, ref: str) -> None:
    for call in (connector.get_payment(ref), connector.capture(ref)):
        with pytest.raises(Missing):
            await call
    with pytest.raises(Missing):
        await connector.refund(ref, "r1", eur("1.00"))
