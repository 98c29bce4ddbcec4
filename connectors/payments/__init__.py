"""What any payment provider must be able to do for us."""

from abc import abstractmethod
from collections.abc import Mapping

from connectors.port import Port
from contracts.models.canonical import Money, PaymentMethod
from contracts.models.system.payments.v1 import Payment, PaymentEvent, Refund


class Payments(Port):
    @abstractmethod
    async def authorize(self, payment_id: str, amount: Money, method: PaymentMethod) -> Payment:
        """Reserve money under our id; again changes nothing, another amount is Rejected with 409.

        Rejected with 422: `card-declined` (the error points at `/method/token`),
        `unknown-payment-method`. Rejected with 409 (`voided`) when it was let go before.
        """

    @abstractmethod
    async def get_payment(self, payment_id: str) -> Payment:
        """The payment; Missing when there is none."""

    @abstractmethod
    async def capture(self, payment_id: str) -> Payment:
        """Take the reserved money; again changes nothing; Rejected with 409 once voided."""

    @abstractmethod
    async def void(self, payment_id: str) -> None:
        """Let reserved money go; harmless when none is; Rejected with 409 (`captured`) once taken."""

    @abstractmethod
    async def refund(self, payment_id: str, refund_id: str, amount: Money) -> Refund:
        """Give back under our refund id; again changes nothing; Rejected with 422
        (`refund-exceeds-payment`) beyond what was captured and not yet refunded."""

    @abstractmethod
    async def verify(self, headers: Mapping[str, str], body: bytes) -> PaymentEvent | None:
        """What a message of the provider's own tells; None when it is about no payment of ours.

        Rejected with 422: `bad-signature` when it is not theirs, or too old; `not-supported` by a
        provider that sends none.
        """
