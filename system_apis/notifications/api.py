"""E-mail to customers, whichever service sends it."""

from typing import Annotated

from connectors import connected
from connectors.notifications import Notifications
from contracts.models.system.notifications.v1 import Message, NewMessage
from runtime.apis.binding import Api
from runtime.apis.signatures import Opened

api = Api("system/notifications/v1", opens=connected("notifications"))
Backend = Annotated[Notifications, Opened]


@api.operation("getMessage")
async def get_message(message_id: str, notifications: Backend) -> Message:
    return await notifications.get_message(message_id)


@api.operation("putMessage")
async def put_message(message_id: str, body: NewMessage, notifications: Backend) -> Message:
    return await notifications.put_message(message_id, body)
