"""A card gateway of the old kind: SOAP 1.1, rpc/literal, WS-Security, one WSDL (../wsdl/gateway/).

1. Answers are HTTP 200 whatever became of the request: ResultCode says it. Faults are about the form
   of a message and about who sends it. *Why this matters:* a declined card is no outage, and a
   Fault is never about a card.
2. There is no idempotency key. A transmission is recognised (94) for some minutes, and after that
   its reference is taken anew. *Why this matters:* a repeat an hour later would reserve or give back
   the money twice, so each operation looks first; 94 only settles what happens at once.
3. 68 (late response), 96 (system error) and no answer at all do not say whether it was done. *Why
   this matters:* nothing is sent again before a Query has told.
4. A nonce counts once. *Why this matters:* a message cannot be sent a second time by itself; a repeat
   is a new one, and it begins with a look.
5. References have 32 capitals and digits. *Why this matters:* our ids have up to 64 characters with
   letter case, so they go as a hash; the id itself is in Memo, for a person to search by.
6. A capture may be of a part, and somebody may have taken one by hand. *Why this matters:* we take
   what is left, and a repeat finds nothing left (61) instead of taking it twice.
7. More may be given back than was taken. *Why this matters:* we add up and refuse; within a process
   the refunds of a payment wait for each other, between processes nothing holds them apart.
8. A Cancel of a reference never seen is kept: what arrives late under it is refused (21). *Why this
   matters:* void needs no look, and an authorisation given up cannot reserve money afterwards.
9. Amounts are digits with an exponent, which need not be that of ISO 4217. *Why this matters:* what
   it tells is read by its exponent, and never by ours.
10. TransmissionTime is the gateway's local time without a zone, right to a quarter of an hour. *Why
    this matters:* `zone` has to be its own, summer time included, or all is refused (12).
11. A declined attempt stays under its reference (status D), and so does a Cancel of nothing (X). *Why
    this matters:* neither is a payment, and after a D another card may follow.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from connectors.payments import Payments
from connectors.payments.soap_gateway import words
from connectors.payments.soap_gateway.options import Options
from connectors.payments.soap_gateway.words import Transaction
from connectors.protocols.http import HttpBackend
from connectors.protocols.soap.client import SoapBackend
from connectors.protocols.soap.security import Security
from connectors.protocols.soap.security.options import SecurityOptions, UsernameTokenOptions
from connectors.protocols.soap.wsdl import load
from connectors.reach import Reach
from contracts.models.canonical import Money, PaymentMethod
from contracts.models.system.payments.v1 import Payment, PaymentEvent, Refund
from runtime.problems import Missing, Problem, Rejected, at, silent

__all__ = ["Connector", "Options"]

NAME = "payments"
WSDL = Path(__file__).parents[1] / "wsdl" / "gateway" / "gateway.wsdl"

DROPPED = {
    "HostTime": "nobody asks when the gateway did it",
    "GatewayRef": "ours is the reference we ask by",
    "Memo": "our own id, for a person to search by",
    "ResultText": "the code says it",
    "Transaction/MerchantRef": "only compared with the one asked for: another's is a bad answer",
    "Refund/HostTime": "as above",
}


class Connector(Payments):
    def __init__(self, options: Options, reach: Reach) -> None:
        who = UsernameTokenOptions(user=options.user, password=options.password, digest=True)
        security = Security(SecurityOptions(username_token=who))
        http = HttpBackend(NAME, options.url, reach, timeout=options.timeout_seconds)
        self._gateway = SoapBackend(http, load(WSDL), security=security)
        self._merchant_id = options.merchant_id
        self._zone = ZoneInfo(options.zone)
        self._refunding: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def authorize(self, payment_id: str, amount: Money, method: PaymentMethod) -> Payment:
        words.amount_fields(amount)
        held = await self._find(payment_id)
        if held is None or held.status == "D":
            held = await self._authorise(payment_id, amount, method)
        if held is None or held.status == "D":
            raise silent(NAME, "whether the money was reserved is not known yet")
        if held.status in ("R", "X"):
            raise _voided()
        if held.currency != amount.currency or held.minor != words.minor_of(held, amount):
            raise _conflict()
        return words.payment(payment_id, held)

    async def get_payment(self, payment_id: str) -> Payment:
        return words.payment(payment_id, await self._require(payment_id))

    async def capture(self, payment_id: str) -> Payment:
        held = await self._require(payment_id)
        if held.status != "R" and held.captured < held.minor:
            held = await self._capture(payment_id, held)
        if held.status == "R":
            raise _voided()
        if held.captured < held.minor:
            raise silent(NAME, "whether the money was taken is not known yet")
        return words.payment(payment_id, held)

    async def void(self, payment_id: str) -> None:
        told = await self._say("Cancel", OriginalRef=words.reference(payment_id))
        code = self._demand(told, words.LOOK_AGAIN | {words.CAPTURED})
        if code == words.CAPTURED:
            raise Rejected("the money was taken before", kind="captured", status=409)
        if code in (words.APPROVED, words.REVERSED):
            return
        held = await self._find(payment_id)
        if held is None or held.status not in ("R", "X"):
            raise silent(NAME, "whether the money was let go is not known yet")

    async def verify(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - the port's
        body: bytes,  # noqa: ARG002 - the port's
    ) -> PaymentEvent | None:
        """It tells nothing by itself: how a payment stands has to be asked."""
        raise Rejected("the gateway sends no messages", kind="not-supported")

    async def refund(self, payment_id: str, refund_id: str, amount: Money) -> Refund:
        words.amount_fields(amount)
        async with self._refunding.setdefault(payment_id, asyncio.Lock()):
            held = await self._require(payment_id)
            if amount.currency != held.currency:
                error = at("/amount/currency", f"the payment is in {held.currency}")
                raise Rejected("A refund is in the currency of its payment", errors=[error])
            ref = words.reference(payment_id, "refund", refund_id)
            minor = words.minor_of(held, amount)
            if ref not in held.refunds:
                held = await self._give_back(payment_id, ref, minor, held)
        if ref not in held.refunds:
            raise silent(NAME, "whether the money was given back is not known yet")
        if held.refunds[ref] != minor:
            raise _conflict()
        return Refund(id=refund_id, payment_id=payment_id, amount=held.money(minor))

    async def _authorise(
        self, payment_id: str, amount: Money, method: PaymentMethod
    ) -> Transaction | None:
        told = await self._say(
            "Authorise",
            MerchantRef=words.reference(payment_id),
            Memo=payment_id,
            CardToken=method.token,
            **words.amount_fields(amount),
        )
        if self._demand(told, words.LOOK_AGAIN) == words.APPROVED:
            return words.authorised(amount)
        return await self._find(payment_id)

    async def _capture(self, payment_id: str, held: Transaction) -> Transaction:
        """All that is left, quirk 6."""
        told = await self._say(
            "Capture",
            OriginalRef=words.reference(payment_id),
            MerchantRef=words.reference(payment_id, "captured"),
            **words.part_fields(held, held.minor - held.captured),
        )
        if self._demand(told, words.LOOK_AGAIN) == words.APPROVED:
            return replace(held, status="S", captured=held.minor)
        return await self._require(payment_id)

    async def _give_back(
        self, payment_id: str, ref: str, minor: int, held: Transaction
    ) -> Transaction:
        if minor > held.left:
            raise words.exceeds(held)
        told = await self._say(
            "Refund",
            OriginalRef=words.reference(payment_id),
            MerchantRef=ref,
            **words.part_fields(held, minor),
        )
        if self._demand(told, words.LOOK_AGAIN) == words.APPROVED:
            return replace(held, refunds={**held.refunds, ref: minor})
        return await self._require(payment_id)

    async def _find(self, payment_id: str) -> Transaction | None:
        """What the gateway has under our id now, whatever became of it."""
        told = await self._say("Query", OriginalRef=words.reference(payment_id))
        if self._demand(told, {words.NO_ORIGINAL}) == words.NO_ORIGINAL:
            return None
        return self._gateway.read(told, partial(_transaction, words.reference(payment_id)))

    async def _require(self, payment_id: str) -> Transaction:
        held = await self._find(payment_id)
        if held is None or held.status not in words.STATUSES:
            raise Missing("there is no such payment")
        return held

    async def _say(self, operation: str, **fields: str) -> words.Told:
        """The Result, whatever its code. Only a Query is sent twice, quirk 3."""
        request = {
            "MerchantId": self._merchant_id,
            "TransmissionTime": words.local_time(datetime.now(UTC), self._zone),
            **fields,
        }
        answer = await self._gateway.call(
            operation,
            {"Request": request},
            read=operation == "Query",
            repeatable=operation == "Query",
        )
        return self._gateway.read(answer, _result)

    def _demand(self, told: words.Told, expected: Collection[str]) -> str:
        """The code, if it is APPROVED or expected; else the problem it means is raised."""
        code = str(told["ResultCode"])
        if code != words.APPROVED and code not in expected:
            raise words.refusal(NAME, code)
        return code


def _result(answer: words.Told) -> words.Told:
    result: words.Told = answer["Result"]
    return result


def _transaction(asked_for: str, result: words.Told) -> Transaction:
    told = result["Transaction"]
    if told["MerchantRef"] != asked_for:
        raise ValueError("another's transaction")
    return words.transaction(told)


def _voided() -> Problem:
    return Rejected("the money was let go before", kind="voided", status=409)


def _conflict() -> Problem:
    return Rejected("another amount is under this id", kind="conflict", status=409)
