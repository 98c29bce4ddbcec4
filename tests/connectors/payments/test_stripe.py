"""Stripe's connector against the simulated provider, over real sockets.

`intents` is the provider's own view: what is proved is what money did, not what we were told.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from connectors.payments.stripe import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import Money, PaymentMethod
from contracts.models.system.payments.v1 import Payment
from runtime.calls.http import Reply, Request, Sender
from runtime.problems import Missing, Problem, Rejected, Unavailable
from tests.connectors.sandboxed import Sandboxed

VISA = PaymentMethod(token="pm_card_visa")
POOR = PaymentMethod(token="pm_card_chargeDeclinedInsufficientFunds")
UNKNOWN = PaymentMethod(token="pm_nobody_knows")


def eur(amount: str) -> Money:
    return Money(amount=amount, currency="EUR")


@pytest.fixture
async def backend(sandbox_urls: dict[str, str], network: Sender) -> AsyncIterator[Sandboxed]:
    backend = Sandboxed(sandbox_urls["payments"], network)
    await backend.calm()
    yield backend
    await backend.calm()


@pytest.fixture
def stripe(backend: Sandboxed, network: Sender) -> Connector:
    return connector(backend, network)


def connector(backend: Sandboxed, network: Sender, **options: Any) -> Connector:
    options = {"url": backend.url, "api_key": "sk_test_sandbox", "timeout_seconds": 1} | options
    return Connector(Options.model_validate(options), Reach(network))


@pytest.fixture
def ref() -> str:
    return f"P-{uuid4().hex}"


class SearchThatLags:
    """The simulated provider's search knows everything at once. Stripe's does not."""

    def __init__(self, network: Sender) -> None:
        self._network = network

    async def __call__(self, request: Request, /, *, timeout: float) -> Reply:
        if "/search?" in request.url:
            return Reply(200, [], b'{"data": [], "has_more": false}')
        return await self._network(request, timeout=timeout)


async def intents(backend: Sandboxed, ref: str) -> list[dict[str, Any]]:
    """Every intent of a payment, the oldest first."""
    everything = (await backend.state())["intents"]
    return [intent for intent in everything if intent["metadata"].get("reference") == ref]


async def states(backend: Sandboxed, ref: str) -> list[str]:
    return [intent["status"] for intent in await intents(backend, ref)]


def refused(caught: pytest.ExceptionInfo[Rejected]) -> tuple[int, str]:
    return caught.value.code, caught.value.slug


async def test_an_authorization_takes_one_call_and_moves_no_money(
    stripe: Connector, backend: Sandboxed, ref: str
) -> None:
    payment = await stripe.authorize(ref, eur("129.00"), VISA)

    assert payment == Payment(
        id=ref,
        status="authorized",
        amount=eur("129.00"),
        captured=eur("0.00"),
        refunded=eur("0.00"),
    )
    assert [call["operation"] for call in await backend.calls()] == ["createIntent"]
    [intent] = await intents(backend, ref)
    assert (intent["amount_capturable"], intent["amount_received"]) == (12900, 0)


async def test_captured_money_is_given_back_in_parts_and_never_more(
    stripe: Connector, ref: str
) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)
    captured = await stripe.capture(ref)
    assert (captured.status, captured.captured) == ("captured", eur("30.00"))

    await stripe.refund(ref, "r1", eur("10.00"))
    await stripe.refund(ref, "r2", eur("20.00"))
    assert (await stripe.get_payment(ref)).refunded == eur("30.00")

    with pytest.raises(Rejected) as caught:
        await stripe.refund(ref, "r3", eur("0.01"))
    assert refused(caught) == (422, "refund-exceeds-payment")


async def test_what_was_only_reserved_cannot_be_given_back(stripe: Connector, ref: str) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)

    with pytest.raises(Rejected) as caught:
        await stripe.refund(ref, "r1", eur("10.00"))

    assert refused(caught) == (422, "refund-exceeds-payment")


async def test_a_refund_is_in_the_currency_of_its_payment(stripe: Connector, ref: str) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)
    await stripe.capture(ref)

    with pytest.raises(Rejected) as caught:
        await stripe.refund(ref, "r1", Money(amount="10.00", currency="SEK"))

    assert caught.value.document["errors"][0]["pointer"] == "#/amount/currency"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("pm_card_chargeDeclined", "the bank declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "there is not enough money on the card"),
        ("pm_card_chargeDeclinedExpiredCard", "the card has expired"),
    ],
)
async def test_a_declined_card_says_why_in_our_words(
    stripe: Connector, ref: str, token: str, reason: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await stripe.authorize(ref, eur("30.00"), PaymentMethod(token=token))

    assert refused(caught) == (422, "card-declined")
    assert caught.value.document["errors"] == [{"detail": reason, "pointer": "#/method/token"}]


async def test_a_declined_intent_is_no_payment(
    stripe: Connector, backend: Sandboxed, ref: str
) -> None:
    with pytest.raises(Rejected):
        await stripe.authorize(ref, eur("30.00"), POOR)
    assert await states(backend, ref) == ["requires_payment_method"]

    with pytest.raises(Missing):
        await stripe.get_payment(ref)
    with pytest.raises(Missing):
        await stripe.capture(ref)


@pytest.mark.parametrize("first", [POOR, UNKNOWN])
async def test_another_card_may_be_tried_after_one_that_failed(
    stripe: Connector, backend: Sandboxed, ref: str, first: PaymentMethod
) -> None:
    for method in (first, POOR):
        with pytest.raises(Rejected):
            await stripe.authorize(ref, eur("30.00"), method)

    paid = await stripe.authorize(ref, eur("30.00"), VISA)

    assert paid.status == "authorized"
    assert (await states(backend, ref)).count("requires_capture") == 1
    for method in (VISA, POOR, first):  # whatever is sent again now, there is a payment already
        assert await stripe.authorize(ref, eur("30.00"), method) == paid
    assert (await states(backend, ref)).count("requires_capture") == 1


async def test_a_token_nobody_knows_is_pointed_at(stripe: Connector, ref: str) -> None:
    with pytest.raises(Rejected) as caught:
        await stripe.authorize(ref, eur("30.00"), UNKNOWN)

    assert refused(caught) == (422, "unknown-payment-method")
    assert caught.value.document["errors"][0]["pointer"] == "#/method/token"


@pytest.mark.parametrize(
    ("amount", "currency", "pointer"),
    [
        ("0.00", "EUR", "#/amount/amount"),
        ("-1.00", "EUR", "#/amount/amount"),
        ("1.005", "EUR", "#/amount/amount"),
        ("1.234", "KWD", "#/amount/amount"),
        ("1000000.00", "EUR", "#/amount/amount"),
        ("1.00", "XTS", "#/amount/currency"),
    ],
)
async def test_an_amount_that_cannot_be_charged_is_pointed_at(
    stripe: Connector, ref: str, amount: str, currency: str, pointer: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await stripe.authorize(ref, Money(amount=amount, currency=currency), VISA)

    assert caught.value.code == 422
    assert [error["pointer"] for error in caught.value.document["errors"]] == [pointer]


LOST = ["drop_after_commit", "timeout_after_commit", "truncated"]


@pytest.mark.parametrize("kind", LOST)
async def test_an_authorization_of_unknown_outcome_is_found_and_voided(
    stripe: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("createIntent", kind, times=3)
    with pytest.raises(Unavailable):
        await stripe.authorize(ref, eur("30.00"), VISA)
    assert await states(backend, ref) == ["requires_capture"]
    await backend.calm()

    await stripe.void(ref)

    assert await states(backend, ref) == ["canceled"]


@pytest.mark.parametrize("kind", LOST)
async def test_an_authorization_of_unknown_outcome_is_not_made_twice(
    stripe: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("createIntent", kind, times=3)
    with pytest.raises(Unavailable):
        await stripe.authorize(ref, eur("30.00"), VISA)
    await backend.calm()

    assert (await stripe.authorize(ref, eur("30.00"), VISA)).status == "authorized"
    assert await states(backend, ref) == ["requires_capture"]


async def test_a_broken_connection_is_mended_by_the_key(
    stripe: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.fault("createIntent", "drop_after_commit")

    assert (await stripe.authorize(ref, eur("30.00"), VISA)).status == "authorized"
    assert await states(backend, ref) == ["requires_capture"]


async def test_an_authorization_that_arrives_after_its_void_reserves_nothing(
    stripe: Connector, backend: Sandboxed, ref: str
) -> None:
    await backend.fault("createIntent", "delay", seconds=1.5)
    with pytest.raises(Unavailable):
        await stripe.authorize(ref, eur("30.00"), VISA)

    await stripe.void(ref)
    assert (await backend.calls("createIntent"))[0]["status"] is None  # it is still under way
    await asyncio.sleep(1)

    assert (await backend.calls("createIntent"))[0]["status"] == 400
    assert await states(backend, ref) == ["canceled"]
    with pytest.raises(Missing):
        await stripe.get_payment(ref)


@pytest.mark.parametrize("method", [POOR, UNKNOWN])
async def test_a_refused_authorization_can_be_voided(
    stripe: Connector, backend: Sandboxed, ref: str, method: PaymentMethod
) -> None:
    with pytest.raises(Rejected):
        await stripe.authorize(ref, eur("30.00"), method)

    for _ in range(2):
        await stripe.void(ref)

    assert set(await states(backend, ref)) == {"canceled"}
    for again in (method, VISA):
        with pytest.raises(Rejected) as caught:
            await stripe.authorize(ref, eur("30.00"), again)
        assert refused(caught) == (409, "voided")


async def test_voiding_nothing_twice_leaves_one_placeholder(
    stripe: Connector, backend: Sandboxed, network: Sender, ref: str
) -> None:
    await stripe.void(ref)
    await connector(backend, network).void(ref)

    assert await states(backend, ref) == ["canceled"]


@pytest.mark.parametrize("kind", LOST)
async def test_a_capture_of_unknown_outcome_takes_the_money_once(
    stripe: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)
    await backend.fault("captureIntent", kind, times=3)
    try:
        await stripe.capture(ref)
    except Unavailable:
        await backend.calm()

    assert (await stripe.capture(ref)).captured == eur("30.00")
    assert [intent["amount_received"] for intent in await intents(backend, ref)] == [3000]


@pytest.mark.parametrize("kind", LOST)
async def test_a_refund_of_unknown_outcome_is_given_once(
    stripe: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)
    await stripe.capture(ref)
    await backend.fault("createRefund", kind, times=3)
    with pytest.raises(Unavailable):
        await stripe.refund(ref, "r1", eur("10.00"))
    await backend.calm()

    await stripe.refund(ref, "r1", eur("10.00"))

    assert (await stripe.get_payment(ref)).refunded == eur("10.00")


async def test_a_page_in_the_way_of_a_refund_gives_nothing_back(
    stripe: Connector, backend: Sandboxed, ref: str
) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)
    await stripe.capture(ref)
    await backend.fault("createRefund", "html")

    with pytest.raises(Unavailable):
        await stripe.refund(ref, f"{ref}-1", eur("30.00"))
    await stripe.refund(ref, f"{ref}-1", eur("30.00"))

    assert (await stripe.get_payment(ref)).refunded == eur("30.00")


async def test_a_connector_that_has_never_seen_a_payment_finds_it(
    stripe: Connector, backend: Sandboxed, network: Sender, ref: str
) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)

    assert (await connector(backend, network).capture(ref)).status == "captured"
    assert (await connector(backend, network).get_payment(ref)).status == "captured"


async def test_what_the_search_does_not_know_yet_is_found_in_the_list(
    stripe: Connector, backend: Sandboxed, network: Sender, ref: str
) -> None:
    await stripe.authorize(ref, eur("30.00"), VISA)
    for _ in range(120):  # more than a page of newer ones
        await stripe.authorize(f"P-{uuid4().hex}", eur("1.00"), VISA)

    late = connector(backend, SearchThatLags(network))

    assert (await late.get_payment(ref)).status == "authorized"


async def test_a_provider_that_ignores_keys_is_asked_before_it_is_told(
    backend: Sandboxed, network: Sender, ref: str
) -> None:
    """The dialect of localstripe, against a provider that has a search and keys all the same."""
    careful = connector(backend, network, dialect="localstripe")

    await careful.authorize(ref, eur("30.00"), VISA)
    await careful.authorize(ref, eur("30.00"), VISA)

    assert len(await backend.calls("createIntent")) == 1
    assert await backend.calls("searchIntents") == []


async def test_a_provider_that_ignores_keys_is_not_told_twice(
    backend: Sandboxed, network: Sender, ref: str
) -> None:
    careful = connector(backend, network, dialect="localstripe")
    await backend.fault("createIntent", "drop_after_commit")

    with pytest.raises(Unavailable):
        await careful.authorize(ref, eur("30.00"), VISA)

    assert len(await backend.calls("createIntent")) == 1


@pytest.mark.parametrize("kind", ["unauthorized", "html", "truncated", "error_500"])
async def test_no_failure_tells_the_secret_or_the_token(
    stripe: Connector, backend: Sandboxed, ref: str, kind: str
) -> None:
    await backend.fault("*", kind, times=3)

    with pytest.raises(Problem) as caught:
        await stripe.authorize(ref, eur("30.00"), VISA)

    assert "sk_test" not in str(caught.value.document)
    assert "pm_card" not in str(caught.value.document)
    await backend.calm()
