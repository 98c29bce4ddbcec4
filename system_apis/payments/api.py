"""Authorise, capture, void and refund, whichever provider moves the money."""

from base64 import b64decode
from binascii import Error
from typing import Annotated

from connectors import connected
from connectors.payments import Payments
from contracts.models.system.payments.v1 import (
    NewPayment,
    NewRefund,
    Payment,
    ProviderMessage,
    Refund,
    VerifiedMessage,
)
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened
from runtime.problems import Rejected, at

api = Api("system/payments/v1", opens=connected("payments"))
Backend = Annotated[Payments, Opened]


@api.operation("getPayment")
async def get_payment(payment_id: str, payments: Backend) -> Payment:
    return await payments.get_payment(payment_id)


@api.operation("authorizePayment")
async def authorize_payment(payment_id: str, body: NewPayment, payments: Backend) -> Payment:
    return await payments.authorize(payment_id, body.amount, body.method)


@api.operation("voidPayment")
async def void_payment(payment_id: str, payments: Backend) -> None:
    await payments.void(payment_id)


@api.operation("capturePayment")
async def capture_payment(payment_id: str, payments: Backend) -> Payment:
    return await payments.capture(payment_id)


@api.operation("refundPayment")
async def refund_payment(
    payment_id: str, refund_id: str, body: NewRefund, payments: Backend
) -> Refund:
    return await payments.refund(payment_id, refund_id, body.amount)


@api.operation("verifyPaymentEvent")
async def verify_event(body: ProviderMessage, payments: Backend) -> VerifiedMessage:
    try:
        content = b64decode(body.body, validate=True)
    except (Error, ValueError) as error:
        raise Rejected(errors=[at("/body", "not base64")]) from error
    return VerifiedMessage(event=await payments.verify(body.headers, content))
