"""An order told as it changes: the whole of it each time, under an id that stands for its content.

So nothing has to be remembered of who listens: whoever comes back with the id of how it still stands is
told nothing, anybody else is told how it stands now, with all that has happened in its history.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from contracts.clients.process.orders.v1 import OrdersClient
from contracts.models.canonical import Order
from contracts.models.experience.web.v1 import WebOrder
from experience_apis.web.views import web_order
from runtime.apis.streams import Event

LOOK_EVERY = 0.5
"""Seconds between two looks at an order that is not at rest."""

orders = OrdersClient()


async def changes(order: Order, seen: str | None) -> AsyncIterator[Event[WebOrder]]:
    while True:
        shown = web_order(order)
        version = _version(shown)
        if version != seen:
            yield Event(version, shown)
            seen = version
        if order.at_rest:
            return
        await asyncio.sleep(LOOK_EVERY)
        order = await orders.get_order(order.id)


def _version(shown: WebOrder) -> str:
    return hashlib.blake2b(shown.model_dump_json().encode(), digest_size=8).hexdigest()
