"""Stripe, as payment intents captured by hand; an intent carries our payment id as its reference.

1. An Idempotency-Key replays the first answer for at least 24 hours, and is then forgotten. *Why
   this matters:* `<payment id>:authorize` makes a repeat safe without asking first, but a replay
   tells the past. Whenever a key turns out to be used, we look up what there is now.
2. The search runs a minute behind, an hour at worst; lists do not. *Why this matters:* "not found"
   just after an authorization of unknown outcome would leave its money reserved. We search, then
   read the list back as far as the search may lag; only both together say that there is none.
3. Other parameters under a used key are refused: 409 while its first request is under way, then
   400. *Why this matters:* a declined card or a wrong token uses up a key, so the next card needs
   another (`…:authorize:1`). We go on to it only after a 400, and only if we find no payment.
4. A declined intent stays behind, waiting for another card. *Why this matters:* it has our
   reference and is no payment.
5. An authorization we gave up on may arrive after its void. *Why this matters:* money would stay
   reserved that nobody knows of. When there is no payment to void we use up the key it would have,
   by a placeholder intent, never confirmed and cancelled at once: Stripe refuses what comes late.
   `metadata[placeholder]` tells it from a payment.
6. A repeated capture or cancel is refused with a 400 that need not say why. *Why this matters:* we
   then read the intent; what it is now is the answer.
7. A 500 is replayed under its key as well. *Why this matters:* sending it again does not help, and
   void goes by the look-up.
8. `payment_method_types` is set, or newer API versions want a URL to send the holder back to; a
   bank that wants the holder to confirm leaves the intent in `requires_action`. *Why this matters:*
   nobody is there to confirm, so that is a declined card.
9. localstripe ignores keys, has no search, takes money from a cancelled intent and gives back more
   than it took. *Why this matters:* under `dialect: localstripe` we look before every authorization
   and never repeat one; the state before a capture and the sum of refunds we check with either.
10. An event tells how things were, comes late, twice and in any order, and its object may lack our
   metadata. *Why this matters:* only whose payment it is about is taken from it, by its intent.
"""

import time
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, SecretStr

from connectors.payments import Payments
from connectors.payments.stripe import events, words
from connectors.payments.stripe.dropped import DROPPED as DROPPED
from connectors.payments.stripe.intents import DIALECTS, Intents, pages
from connectors.payments.stripe.words import GivenBack, Intent
from connectors.protocols.http import HttpBackend
from connectors.protocols.options import HeaderSecret, HttpOptions
from connectors.reach import Reach
from contracts.models.canonical import Money, PaymentMethod
from contracts.models.system.payments.v1 import Payment, PaymentEvent, Refund
from runtime.calls.http import Reply
from runtime.problems import Misconfigured, Missing, Problem, Rejected, Unavailable, at

NAME = "payments"

PLACEHOLDER = {"amount": 100, "currency": "usd", "metadata[placeholder]": "true"}
"""Any amount Stripe takes; nobody is ever asked for it."""


MOST_ATTEMPTS = 20


class Options(HttpOptions):
    api_key: HeaderSecret
    api_version: str = Field(default="2024-06-20", pattern=r"^\d{4}-\d\d-\d\d(\.\w+)?$")
    dialect: Literal["stripe", "localstripe"] = "stripe"
    webhook_secrets: list[SecretStr] = Field(default=[], max_length=3)
    """Of the endpoint that events are sent to; two while one is rolled. Without any, none is genuine."""


class Connector(Payments):
    def __init__(self, options: Options, reach: Reach) -> None:
        headers = {
            "Authorization": f"Bearer {options.api_key.get_secret_value()}",
            "Stripe-Version": options.api_version,
        }
        self._dialect = DIALECTS[options.dialect]
        self._backend = HttpBackend(
            NAME, options.url, reach, headers=headers, timeout=options.timeout_seconds
        )
        self._intents = Intents(self._backend, self._dialect)
        self._secrets = [it.get_secret_value().encode() for it in options.webhook_secrets]

    async def authorize(self, payment_id: str, amount: Money, method: PaymentMethod) -> Payment:
        form = {
            "amount": words.minor_units(amount),
            "currency": amount.currency.lower(),
            "payment_method": method.token,
            "confirm": "true",
        }
        intent = None
        if not self._dialect.keeps_keys:
            intent = words.standing(await self._intents.find(payment_id))
        if intent is None:
            reply, intent = await self._attempt(payment_id, form)
        if intent is None:
            return self._authorized(payment_id, reply)
        return await self._same(payment_id, intent, amount)

    async def get_payment(self, payment_id: str) -> Payment:
        return await self._payment(payment_id, await self._require(payment_id))

    async def capture(self, payment_id: str) -> Payment:
        intent = await self._require(payment_id)
        if intent.state == "requires_capture":
            intent = await self._intents.settle(intent, "capture")
        if intent.state != "succeeded":
            raise Rejected("the money was let go before", kind="voided", status=409)
        return await self._payment(payment_id, intent)

    async def void(self, payment_id: str) -> None:
        found = await self._intents.find(payment_id)
        if words.standing(found) is None:
            reply, intent = await self._attempt(payment_id, PLACEHOLDER)
            found.append(intent or self._made(reply))
        for intent in found:
            over = intent.state in ("canceled", "succeeded")
            now = intent if over else await self._intents.settle(intent, "cancel")
            if now.state == "succeeded":
                raise Rejected("the money was taken before", kind="captured", status=409)
            if now.state != "canceled":
                raise Unavailable(f"{NAME} does not cancel it now", retry_after=1)

    async def refund(self, payment_id: str, refund_id: str, amount: Money) -> Refund:
        intent, minor = await self._require(payment_id), words.minor_units(amount)
        if amount.currency != intent.currency:
            error = at("/amount/currency", f"the payment is in {intent.currency}")
            raise Rejected("A refund is in the currency of its payment", errors=[error])
        before = await self._refunds(intent)
        same = next((one for one in before if one.reference == refund_id), None)
        if same is not None and same.minor != minor:
            raise _conflict()
        left = intent.captured_minor - sum(one.minor for one in before)
        if same is None and minor > left:
            raise words.exceeds(f"{intent.money(left).amount} {intent.currency} can be given back")
        if same is None:
            await self._give_back(payment_id, refund_id, intent, minor)
        return Refund(id=refund_id, payment_id=payment_id, amount=intent.money(minor))

    async def verify(self, headers: Mapping[str, str], body: bytes) -> PaymentEvent | None:
        events.require_genuine(
            self._secrets, headers.get("stripe-signature", ""), body, time.time()
        )
        if (told := events.event(body)) is None:
            return None
        intent = await self._intents.get(told.intent)
        if intent is None:
            raise Misconfigured(f"{NAME}: events come from another account than our key is for")
        reference = None if intent.placeholder else intent.reference
        return told.of(reference) if reference else None

    async def _attempt(
        self, payment_id: str, form: Mapping[str, Any]
    ) -> tuple[Reply, Intent | None]:
        """What Stripe says under the first free key, or the payment there is already; quirk 3."""
        for attempt in range(MOST_ATTEMPTS):
            reply = await self._intents.create(payment_id, form, attempt)
            taken = self._key_is_taken(reply)
            if not taken and reply.header(b"idempotent-replayed") != "true":
                return reply, None
            intent = words.standing(await self._intents.find(payment_id))
            if intent or not taken:
                return reply, intent
        raise Rejected(
            "too many attempts to pay under this id", kind="too-many-attempts", status=409
        )

    async def _give_back(self, payment_id: str, refund_id: str, intent: Intent, minor: int) -> None:
        form = {"payment_intent": intent.id, "amount": minor, "metadata[reference]": refund_id}
        reply = await self._backend.send(
            "createRefund",
            "POST",
            "/v1/refunds",
            form=form,
            headers={"Idempotency-Key": f"{payment_id}:refund:{refund_id}"},
            repeatable=self._dialect.keeps_keys,
            accept={400, 409},
        )
        if reply.status >= 400:
            raise _conflict() if self._key_is_taken(reply) else self._refusal(reply)
        self._backend.read(reply, words.given_back)  # a page of a proxy gives nothing back

    async def _refunds(self, intent: Intent) -> list[GivenBack]:
        if intent.state != "succeeded":
            return []
        query = {"payment_intent": intent.id}
        listed = pages(self._backend, "listRefunds", "/v1/refunds", query, words.given_back)
        return [one async for one in listed]

    async def _require(self, payment_id: str) -> Intent:
        intent = words.standing(await self._intents.find(payment_id))
        if intent is None or intent.placeholder:
            raise Missing("there is no such payment")
        return intent

    async def _same(self, payment_id: str, intent: Intent, amount: Money) -> Payment:
        if intent.state == "canceled":
            raise Rejected("the money was let go before", kind="voided", status=409)
        if (intent.minor, intent.currency) != (words.minor_units(amount), amount.currency):
            raise _conflict()
        return await self._payment(payment_id, intent)

    async def _payment(self, payment_id: str, intent: Intent) -> Payment:
        refunded = sum(one.minor for one in await self._refunds(intent))
        return words.payment(payment_id, intent, refunded)

    def _authorized(self, payment_id: str, reply: Reply) -> Payment:
        intent = self._made(reply)
        if intent.state not in words.STATES:
            raise words.declined("authentication_required")
        return words.payment(payment_id, intent, 0)

    def _made(self, reply: Reply) -> Intent:
        if reply.status >= 400:
            raise self._refusal(reply)
        return self._backend.read(reply, words.intent)

    def _key_is_taken(self, reply: Reply) -> bool:
        return reply.status == 400 and self._backend.read(reply, words.key_is_taken)

    def _refusal(self, reply: Reply) -> Problem:
        return self._backend.read(reply, lambda told: words.refusal(reply.status, told))


def _conflict() -> Problem:
    return Rejected("another amount is under this id", kind="conflict", status=409)
