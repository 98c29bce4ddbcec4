"""The SOAP card gateway's connector against the simulated gateway, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from connectors.payments.soap_gateway import WSDL, Connector, Options, words
from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.security import Security
from connectors.protocols.soap.security.options import SecurityOptions, UsernameTokenOptions
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from contracts.models.canonical import Money, PaymentMethod
from runtime.calls.http import Reply, Request, Sender
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable
from sandbox.payment_gateway.wsdl import NAMESPACE
from sandbox.payment_gateway.wsdl import WSDL as PUBLISHED
from tests.connectors.sandboxed import Sandboxed
from tests.connectors.vendors import Stand

CARD = PaymentMethod(token="tok_good")
AN_HOUR = 3600
AS_USUAL = {"late": 0, "failing": 0, "windowSeconds": 900}


@pytest.fixture(autouse=True)
async def gateway(sandbox_gateway: Stand, network: Sender) -> AsyncIterator[Sandboxed]:
    gateway = Sandboxed(sandbox_gateway.options["url"].removesuffix("/gateway"), network)
    await gateway.calm()
    yield gateway
    await gateway.calm()
    await gateway.control("POST", "settings", AS_USUAL)


@pytest.fixture
def payments(sandbox_gateway: Stand, network: Sender) -> Connector:
    return connector(sandbox_gateway, network)


@pytest.fixture
def hasty(sandbox_gateway: Stand, network: Sender) -> Connector:
    return connector(sandbox_gateway, network, timeout_seconds=0.4)


@pytest.fixture
def ref() -> str:
    return f"P-{uuid4().hex}"


def connector(stand: Stand, network: Sender, **more: Any) -> Connector:
    return Connector(Options.model_validate(stand.options | more), Reach(network))


def eur(amount: str) -> Money:
    return Money(amount=amount, currency="EUR")


async def by_hand(stand: Stand, network: Sender, operation: str, **fields: str) -> str:
    """What somebody at the gateway's terminal does; the result code."""
    who = UsernameTokenOptions.model_validate(
        {"user": "strata", "password": "sandbox", "digest": True}
    )
    http = HttpBackend("by hand", stand.options["url"], Reach(network))
    security = Security(SecurityOptions(username_token=who))
    terminal = SoapBackend(http, load(WSDL), security=security)
    now = words.local_time(datetime.now(UTC), ZoneInfo("Europe/Paris"))
    request = {"MerchantId": "SANDBOX01", "TransmissionTime": now, **fields}
    return str((await terminal.call(operation, {"Request": request}))["Result"]["ResultCode"])


async def under(gateway: Sandboxed, ref: str) -> list[dict[str, Any]]:
    """All transactions under the reference of a payment."""
    held = (await gateway.state())["transactions"]
    return [one for one in held if one["ref"] == words.reference(ref)]


async def given_back(gateway: Sandboxed, ref: str) -> list[int]:
    numbers = [one["no"] for one in await under(gateway, ref)]
    return [
        one["amount"] for one in (await gateway.state())["refunds"] if one["original"] in numbers
    ]


async def test_money_is_reserved_once_however_late_it_is_asked_for_again(
    payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    first = await payments.authorize(ref, eur("30.00"), CARD)
    await gateway.advance_clock(AN_HOUR)

    assert await payments.authorize(ref, eur("30.00"), CARD) == first
    assert len(await under(gateway, ref)) == 1


async def test_money_is_given_back_once_however_late_it_is_asked_for_again(
    payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    await payments.authorize(ref, eur("30.00"), CARD)
    await payments.capture(ref)
    first = await payments.refund(ref, "r1", eur("10.00"))
    await gateway.advance_clock(AN_HOUR)

    assert await payments.refund(ref, "r1", eur("10.00")) == first
    assert await given_back(gateway, ref) == [1000]


async def story(payments: Connector, ref: str) -> None:
    await payments.authorize(ref, eur("30.00"), CARD)
    await payments.capture(ref)
    await payments.refund(ref, "r1", eur("10.00"))


async def told_again(payments: Connector, ref: str) -> None:
    """As a caller does who got no answer."""
    for _ in range(4):
        with suppress(Unavailable):
            return await story(payments, ref)
    raise AssertionError("it never got through")


@pytest.mark.parametrize("operation", ["Authorise", "Capture", "Refund"])
@pytest.mark.parametrize("kind", ["timeout_after_commit", "drop_after_commit", "drop_connection"])
async def test_a_lost_answer_is_healed_by_asking_again(
    hasty: Connector, gateway: Sandboxed, ref: str, operation: str, kind: str
) -> None:
    await gateway.fault(operation, kind)

    await told_again(hasty, ref)

    [held] = await under(gateway, ref)
    assert (held["status"], held["amount"], held["captured"]) == ("S", 3000, 3000)
    assert await given_back(gateway, ref) == [1000]


@pytest.mark.parametrize("order", [{"late": 1}, {"late": 3}, {"failing": 1}, {"failing": 3}])
async def test_a_result_of_unknown_outcome_is_looked_into(
    payments: Connector, gateway: Sandboxed, ref: str, order: dict[str, int]
) -> None:
    await gateway.control("POST", "settings", order)

    await told_again(payments, ref)

    [held] = await under(gateway, ref)
    assert held["captured"] == 3000
    assert await given_back(gateway, ref) == [1000]


async def test_a_late_response_to_what_was_done_is_no_failure(
    payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    await gateway.control("POST", "settings", {"late": 3})

    await story(payments, ref)

    operations = [call["operation"] for call in await gateway.calls()]
    assert [operations.count(name) for name in ("Authorise", "Capture", "Refund")] == [1, 1, 1]


@pytest.mark.parametrize("order", [{"late": 1}, {"failing": 1}])
async def test_a_void_of_unknown_outcome_is_looked_into(
    payments: Connector, gateway: Sandboxed, ref: str, order: dict[str, int]
) -> None:
    await payments.authorize(ref, eur("30.00"), CARD)
    await gateway.control("POST", "settings", order)

    with suppress(Unavailable):
        await payments.void(ref)
    await payments.void(ref)

    assert (await payments.get_payment(ref)).status == "voided"


async def test_an_authorisation_that_its_void_overtook_reserves_nothing(
    hasty: Connector, payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    await gateway.fault("Authorise", "delay", seconds=0.8)
    with pytest.raises(Unavailable):
        await hasty.authorize(ref, eur("30.00"), CARD)

    await payments.void(ref)
    await asyncio.sleep(0.6)

    assert [one["status"] for one in await under(gateway, ref)] == ["X"]
    with pytest.raises(Missing):
        await payments.get_payment(ref)
    with pytest.raises(Rejected) as caught:
        await payments.authorize(ref, eur("30.00"), CARD)
    assert (caught.value.code, caught.value.slug) == (409, "voided")


async def test_refunds_at_once_give_back_no_more_than_was_taken(
    payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    await payments.authorize(ref, eur("30.00"), CARD)
    await payments.capture(ref)

    refunds = (payments.refund(ref, f"r{number}", eur("20.00")) for number in range(3))
    ended = await asyncio.gather(*refunds, return_exceptions=True)

    refused = [one for one in ended if isinstance(one, Problem)]
    assert {one.slug for one in refused} == {"refund-exceeds-payment"}
    assert await given_back(gateway, ref) == [2000]


async def test_payments_at_once_under_one_id_reserve_once(
    payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    paid = await asyncio.gather(*(payments.authorize(ref, eur("30.00"), CARD) for _ in range(5)))

    assert len({payment.model_dump_json() for payment in paid}) == 1
    assert len(await under(gateway, ref)) == 1


async def test_what_somebody_took_by_hand_is_not_taken_again(
    sandbox_gateway: Stand, network: Sender, payments: Connector, gateway: Sandboxed, ref: str
) -> None:
    await payments.authorize(ref, eur("30.00"), CARD)
    part = {"Amount": "1000", "Currency": "EUR", "CurrencyExponent": "2"}
    hand = {"OriginalRef": words.reference(ref), "MerchantRef": uuid4().hex.upper(), **part}
    assert await by_hand(sandbox_gateway, network, "Capture", **hand) == "00"
    assert (await payments.get_payment(ref)).captured == eur("10.00")

    assert (await payments.capture(ref)).captured == eur("30.00")
    assert [one["captured"] for one in await under(gateway, ref)] == [3000]


async def test_what_somebody_gave_back_by_hand_counts(
    sandbox_gateway: Stand, network: Sender, payments: Connector, ref: str
) -> None:
    await payments.authorize(ref, eur("30.00"), CARD)
    await payments.capture(ref)
    more = {"Amount": "9900", "Currency": "EUR", "CurrencyExponent": "2"}
    hand = {"OriginalRef": words.reference(ref), "MerchantRef": uuid4().hex.upper(), **more}
    assert await by_hand(sandbox_gateway, network, "Refund", **hand) == "00"

    with pytest.raises(Rejected) as caught:
        await payments.refund(ref, "r1", eur("0.01"))

    assert caught.value.slug == "refund-exceeds-payment"
    assert "0.00 EUR" in str(caught.value.document)


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("tok_no_funds", "not enough money"),
        ("tok_expired", "expired"),
        ("tok_stolen", "the bank declined"),
    ],
)
async def test_a_decline_says_why_unless_that_would_help_a_thief(
    payments: Connector, ref: str, token: str, says: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await payments.authorize(ref, eur("30.00"), PaymentMethod(token=token))

    assert caught.value.slug == "card-declined"
    assert says in caught.value.document["errors"][0]["detail"]


async def test_a_bank_that_cannot_be_reached_is_no_decline(payments: Connector, ref: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await payments.authorize(ref, eur("30.00"), PaymentMethod(token="tok_issuer_down"))

    assert caught.value.document["retryAfter"] > 0


@pytest.mark.parametrize(
    ("currency", "amount", "minor", "exponent"),
    [("JPY", "3000", 3000, "0"), ("BHD", "3.005", 3005, "3"), ("EUR", "3", 300, "2")],
)
async def test_amounts_are_counted_as_their_currency_is(
    payments: Connector,
    gateway: Sandboxed,
    ref: str,
    currency: str,
    amount: str,
    minor: int,
    exponent: str,
) -> None:
    paid = await payments.authorize(ref, Money(amount=amount, currency=currency), CARD)

    [held] = await under(gateway, ref)
    assert (held["amount"], held["exponent"]) == (minor, exponent)
    assert await payments.get_payment(ref) == paid
    assert float(paid.amount.amount) == float(amount)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "0.001", "99999999999.00"])
async def test_an_amount_the_gateway_cannot_take_is_refused_before_it_is_sent(
    payments: Connector, gateway: Sandboxed, ref: str, amount: str
) -> None:
    with pytest.raises(Rejected):
        await payments.authorize(ref, eur(amount), CARD)

    assert await gateway.calls("Authorise") == []


async def test_long_ids_and_ids_of_another_letter_case_are_ids_of_their_own(
    payments: Connector, gateway: Sandboxed
) -> None:
    long = f"P.{uuid4().hex}-{uuid4().hex}"[:64]
    await payments.authorize(long, eur("30.00"), CARD)

    for other in (long.lower(), long[:-1]):
        with pytest.raises(Missing):
            await payments.get_payment(other)
    assert [one["memo"] for one in await under(gateway, long)] == [long]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("zone", "Asia/Tokyo", "zone"),
        ("merchant_id", "SOMEBODY", "merchant_id"),
        ("password", "guess", "credentials"),
        ("user", "guess", "credentials"),
    ],
)
async def test_what_an_operator_has_to_look_at_is_said(
    sandbox_gateway: Stand, network: Sender, ref: str, option: str, value: str, says: str
) -> None:
    with pytest.raises(Misconfigured, match=says) as caught:
        await connector(sandbox_gateway, network, **{option: value}).get_payment(ref)

    assert value not in str(caught.value.document)


ANOTHERS = f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<g:QueryResponse xmlns:g="{NAMESPACE}"><Result><ResultCode>00</ResultCode><ResultText/>
<HostTime>20260301120000</HostTime><Transaction><MerchantRef>A</MerchantRef><Status>S</Status>
<Currency>EUR</Currency><CurrencyExponent>2</CurrencyExponent><Amount>1</Amount></Transaction>
</Result></g:QueryResponse></s:Body></s:Envelope>"""


async def test_anothers_transaction_is_a_bad_answer(sandbox_gateway: Stand, ref: str) -> None:
    async def mixed_up(_request: Request, /, *, timeout: float) -> Reply:  # noqa: ARG001 - a Sender's
        return Reply(200, [], ANOTHERS.encode())

    with pytest.raises(Unavailable) as caught:
        await connector(sandbox_gateway, mixed_up).get_payment(ref)

    assert caught.value.slug == "bad-answer"


def test_the_vendored_wsdl_is_the_one_that_is_published() -> None:
    assert WSDL.read_bytes() == PUBLISHED


def test_a_zone_that_is_none_is_named(sandbox_gateway: Stand) -> None:
    for zone in ("Europe/Atlantis", "", "../etc/passwd"):
        with pytest.raises(ValidationError) as caught:
            Options.model_validate(sandbox_gateway.options | {"zone": zone})
        assert [error["loc"] for error in caught.value.errors()] == [("zone",)]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("soap_fault", 503), ("html", 502), ("truncated", 502), ("unauthorized", 502)],
)
async def test_a_bad_day_is_no_refusal(
    payments: Connector, gateway: Sandboxed, ref: str, kind: str, status: int
) -> None:
    await gateway.fault("Query", kind, times=3)

    with pytest.raises(Unavailable) as caught:
        await payments.get_payment(ref)

    assert caught.value.code == status


async def test_no_message_goes_out_twice(hasty: Connector, gateway: Sandboxed, ref: str) -> None:
    await gateway.fault("Authorise", "error_500", times=3)

    with pytest.raises(Unavailable):
        await hasty.authorize(ref, eur("30.00"), CARD)

    assert len(await gateway.calls("Authorise")) == 1
