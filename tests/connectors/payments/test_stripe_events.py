"""Events of the payment provider, as its connector takes them: genuine, ours, and in our words."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.payments.stripe import Connector, Options
from connectors.reach import Reach
from contracts.models.canonical import Money, PaymentMethod
from runtime.calls.network import NetworkSender
from runtime.problems import Misconfigured, Rejected
from tests.connectors.sandboxed import Sandboxed
from tests.connectors.stripe_events import event, of_theirs, signature
from tests.connectors.vendors import Stand

SECRET, BEFORE = "whsec_now", "whsec_before"
TEN = Money(amount="10.00", currency="EUR")


@pytest.fixture
async def stripe(
    sandbox_payments: Stand, network: NetworkSender, tmp_path: Path
) -> AsyncIterator[Connector]:
    secrets = {"webhook_secrets": [SECRET, BEFORE]}
    options = Options.model_validate(sandbox_payments.options | secrets)
    async with aclosing(Connector(options, Reach(network, data_dir=tmp_path))) as connector:
        yield connector


@pytest.fixture
async def paid(
    stripe: Connector, sandbox_payments: Stand, network: NetworkSender
) -> tuple[str, str]:
    """Our payment id, and the intent's."""
    payment_id = f"P-{uuid4().hex}"
    await stripe.authorize(payment_id, TEN, PaymentMethod(token="pm_card_visa"))
    state = await Sandboxed(sandbox_payments.options["url"], network).state()
    found = [i for i in state["intents"] if i["metadata"].get("reference") == payment_id]
    return payment_id, found[0]["id"]


@pytest.mark.parametrize("secret", [SECRET, BEFORE])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("payment_intent.amount_capturable_updated", "authorized"),
        ("payment_intent.succeeded", "captured"),
        ("payment_intent.canceled", "voided"),
    ],
)
async def test_an_event_about_an_intent_is_about_our_payment(
    stripe: Connector, paid: tuple[str, str], theirs: str, ours: str, secret: str
) -> None:
    told = await stripe.verify(*of_theirs(secret, event(theirs, id=paid[1])))

    assert told is not None
    assert (told.id, told.payment_id, told.kind) == ("evt_1", paid[0], ours)
    assert told.at.timestamp() == 1


@pytest.mark.parametrize(
    ("theirs", "thing", "ours"),
    [
        ("charge.refunded", "charge", "refunded"),
        ("charge.dispute.created", "dispute", "disputed"),
        ("charge.dispute.closed", "dispute", "dispute-closed"),
    ],
)
async def test_an_event_about_something_else_is_about_our_payment_by_its_intent(
    stripe: Connector, paid: tuple[str, str], theirs: str, thing: str, ours: str
) -> None:
    body = event(theirs, object=thing, id="x_1", payment_intent=paid[1])

    told = await stripe.verify(*of_theirs(SECRET, body))

    assert told is not None
    assert (told.payment_id, told.kind) == (paid[0], ours)


async def test_what_keeps_a_released_id_from_being_used_is_no_payment(
    stripe: Connector, sandbox_payments: Stand, network: NetworkSender
) -> None:
    payment_id = f"P-{uuid4().hex}"
    await stripe.void(payment_id)
    state = await Sandboxed(sandbox_payments.options["url"], network).state()
    [placeholder] = [i for i in state["intents"] if i["metadata"].get("reference") == payment_id]

    body = event("payment_intent.canceled", id=placeholder["id"])

    assert await stripe.verify(*of_theirs(SECRET, body)) is None


async def test_an_event_of_another_account_is_for_an_operator(stripe: Connector) -> None:
    with pytest.raises(Misconfigured):
        await stripe.verify(*of_theirs(SECRET, event(id="pi_000000000000")))


@pytest.mark.parametrize("late", [-400, 400])
async def test_what_was_signed_at_another_time_is_refused(stripe: Connector, late: int) -> None:
    body = event()
    header = signature(SECRET, body, int(time.time()) + late)

    with pytest.raises(Rejected) as caught:
        await stripe.verify({"stripe-signature": header}, body)

    assert (caught.value.code, caught.value.slug) == (422, "bad-signature")


async def test_without_a_secret_no_event_is_genuine(
    sandbox_payments: Stand, network: NetworkSender, tmp_path: Path
) -> None:
    options = Options.model_validate(sandbox_payments.options)
    async with aclosing(Connector(options, Reach(network, data_dir=tmp_path))) as connector:
        with pytest.raises(Rejected) as caught:
            await connector.verify(*of_theirs(""))

    assert caught.value.slug == "bad-signature"
