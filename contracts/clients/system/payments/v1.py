# generated from contracts/system/payments/v1.yaml; do not edit
"""Payments System API 1.0.0, as its callers see it."""

from contracts.models.system.payments.v1 import NewPayment, NewRefund, Payment, ProviderMessage, Refund, VerifiedMessage
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class PaymentsClient(ApiClient):
    api = "system/payments/v1"

    async def get_payment(self, payment_id: str) -> Payment:
        """A payment by the caller's id."""
        return await self.call("GET", f"/payments/{segment(payment_id)}", Payment)

    async def authorize_payment(self, payment_id: str, body: NewPayment) -> Payment:
        """Reserve money under the caller's id; again changes nothing."""
        return await self.call("PUT", f"/payments/{segment(payment_id)}", Payment, body=body)

    async def void_payment(self, payment_id: str) -> None:
        """Let reserved money go; harmless when nothing is reserved, refused once captured."""
        await self.tell("DELETE", f"/payments/{segment(payment_id)}")

    async def capture_payment(self, payment_id: str) -> Payment:
        """Take the reserved money; again changes nothing."""
        return await self.call("POST", f"/payments/{segment(payment_id)}/capture", Payment)

    async def refund_payment(self, payment_id: str, refund_id: str, body: NewRefund) -> Refund:
        """Give captured money back under the caller's id, never more than was captured; again changes nothing."""
        return await self.call("PUT", f"/payments/{segment(payment_id)}/refunds/{segment(refund_id)}", Refund, body=body)

    async def verify_payment_event(self, body: ProviderMessage) -> VerifiedMessage:
        """Whether a message is the provider's own, and what it tells of a payment of ours."""
        return await self.call("POST", "/events/verify", VerifiedMessage, body=body)
