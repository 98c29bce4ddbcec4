# generated from contracts/system/notifications/v1.yaml; do not edit
"""Notifications System API 1.0.0, as its callers see it."""

from contracts.models.system.notifications.v1 import Message, NewMessage
from runtime.calls.client import ApiClient
from runtime.calls.paths import segment


class NotificationsClient(ApiClient):
    api = "system/notifications/v1"

    async def get_message(self, message_id: str) -> Message:
        """What is known of a message, by the caller's id."""
        return await self.call("GET", f"/messages/{segment(message_id)}", Message)

    async def put_message(self, message_id: str, body: NewMessage) -> Message:
        """Send an e-mail under the caller's id; once it is accepted, again sends nothing."""
        return await self.call("PUT", f"/messages/{segment(message_id)}", Message, body=body)
