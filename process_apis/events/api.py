"""Subscriptions: whoever calls sees and changes their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from contracts.models.canonical import NewSubscription, Subscription
from contracts.models.process.events.v1 import Subscriptions
from process_apis.events.addresses import Addresses
from process_apis.events.register import Register
from runtime.access.sealing import seal
from runtime.apis.binding import Api, Surroundings
from runtime.apis.signatures import Opened
from runtime.context import current
from runtime.documents.opening import open_documents
from runtime.flows.asking import id_for


@asynccontextmanager
async def _register(around: Surroundings) -> AsyncIterator[Register]:
    async with open_documents("subscriptions", around.settings) as documents:
        yield Register(
            documents, Addresses.of(around.settings), seal(around.settings), around.clock
        )


api = Api("process/events/v1", opens=_register)
Registered = Annotated[Register, Opened]


@api.operation("createSubscription")
async def create(body: NewSubscription, idempotency_key: str, register: Registered) -> Subscription:
    created, secret = await register.create(
        current().identity, id_for("sub_", idempotency_key), body
    )
    current().replayed = secret is None
    return created.shown(secret)


@api.operation("listSubscriptions")
async def list_all(register: Registered) -> Subscriptions:
    return Subscriptions(items=[one.shown() for one in await register.all(current().identity)])


@api.operation("getSubscription")
async def get(subscription_id: str, register: Registered) -> Subscription:
    return (await register.get(current().identity, subscription_id)).shown()


@api.operation("putSubscription")
async def put(subscription_id: str, body: NewSubscription, register: Registered) -> Subscription:
    return (await register.put(current().identity, subscription_id, body)).shown()


@api.operation("deleteSubscription")
async def delete(subscription_id: str, register: Registered) -> None:
    await register.delete(current().identity, subscription_id)


@api.operation("rotateSecret")
async def rotate(subscription_id: str, register: Registered) -> Subscription:
    rotated, secret = await register.rotate(current().identity, subscription_id)
    return rotated.shown(secret)
