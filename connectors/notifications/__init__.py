"""What any service that sends messages must be able to do for us."""

from abc import abstractmethod

from connectors.port import Port
from contracts.models.system.notifications.v1 import Message, NewMessage


class Notifications(Port):
    @abstractmethod
    async def put_message(self, message_id: str, message: NewMessage) -> Message:
        """Send it; once it is accepted, again sends nothing. However often it is sent, its reference
        is the same, so that receivers know it again.

        Rejected with 409 (`conflict`) when the id was used for another message; with 422:
        `undeliverable` (pointing at `/to`), `message-refused`; with 413: `too-large`.
        """

    @abstractmethod
    async def get_message(self, message_id: str) -> Message:
        """What became of it; Missing when it was never tried."""
