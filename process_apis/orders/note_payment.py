"""Note what the payment provider tells: whatever it says, how the payment stands there is what counts."""

from base64 import b64encode
from collections.abc import Sequence

from contracts.clients.system.payments.v1 import PaymentsClient
from contracts.models.canonical import TimelineEntry
from contracts.models.system.payments.v1 import Payment, PaymentEvent, ProviderMessage
from contracts.money import amount_of
from runtime.access.signed import Unsigned
from runtime.apis.received import Received
from runtime.flows.flow import flow, step_result
from runtime.flows.reading import reads
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Rejected

payments = PaymentsClient()

LONGEST = 131_072
"""Bytes of a message; a third more in base64 still fits a call."""


@flow("note-payment")
async def note_payment(event: PaymentEvent, saga: Saga) -> Payment:
    saga.point_of_no_return()  # it was told once: an outage must not make us forget it
    return await saga.step(look_payment_up, event)


@reads
async def look_payment_up(event: PaymentEvent) -> Payment:
    return await payments.get_payment(event.payment_id)


async def ask_provider(message: Received) -> PaymentEvent | None:
    """What it tells of a payment of ours. Raises Unsigned when it is not the provider's own."""
    if len(message.body) > LONGEST:
        raise Rejected("no provider tells so much", kind="too-large", status=413)
    body = b64encode(message.body).decode()
    try:
        asked = ProviderMessage(headers=dict(message.headers), body=body)
        return (await payments.verify_payment_event(asked)).event
    except Rejected as problem:
        if problem.slug != Unsigned.kind:
            raise
        raise Unsigned(str(problem)) from problem


def events_of(family: Sequence[Run]) -> list[PaymentEvent]:
    return [note_payment.payload_of(run) for run in family if run.flow == note_payment.name]


def payment_entry(event: PaymentEvent) -> TimelineEntry:
    step = f"payment_{event.kind.replace('-', '_')}"
    return TimelineEntry(at=event.at, step=step, outcome="done")


def given_back(family: Sequence[Run]) -> bool:
    """Whether the provider has said, of any time, that all the money went back: it goes one way only."""
    seen = [step_result(run, look_payment_up) for run in family]
    return any(0 < amount_of(it.captured) <= amount_of(it.refunded) for it in seen if it)


def disputed(events: Sequence[PaymentEvent]) -> bool:
    """Whether the customer's bank wants the money back, and has not decided yet."""
    kinds = [event.kind for event in events]
    return kinds.count("disputed") > kinds.count("dispute-closed")
