"""One flow for every contender: the shape of an order, on backends that do nothing.

Seven steps of which three have an undo, as `place-order` has. Nothing fails, so no undo is called.
"""

import asyncio

from pydantic import BaseModel

from runtime.flows.flow import flow
from runtime.flows.saga import Saga


class Order(BaseModel):
    id: str
    sku: str = "CBL-USBC-2M"
    quantity: int = 2
    backend_seconds: float = 0.0
    """How long each step waits for its backend."""


class Done(BaseModel):
    """What a step returns."""

    order_id: str
    reference: str


class Placed(BaseModel):
    order_id: str
    references: list[str]


@flow("place-order")
async def place_order(order: Order, saga: Saga) -> Placed:
    done = [
        await saga.step(price, order),
        await saga.step(reserve, order, undo=release),
        await saga.step(authorize, order, undo=void),
        await saga.step(enter, order, undo=withdraw),
    ]
    saga.point_of_no_return()
    done += [
        await saga.step(capture, order),
        await saga.step(commit, order),
        await saga.step(confirm, order),
    ]
    return Placed(order_id=order.id, references=[each.reference for each in done])


def expected(order: Order) -> Placed:
    """What a flow that has called all its steps returns."""
    names = ("price", "reserve", "authorize", "enter", "capture", "commit", "confirm")
    return Placed(order_id=order.id, references=[f"{order.id}:{name}" for name in names])


async def price(order: Order) -> Done:
    return await _answer(order, "price")


async def reserve(order: Order) -> Done:
    return await _answer(order, "reserve")


async def release(order: Order) -> None:
    raise AssertionError(f"{order.id}: nothing is to be undone")


async def authorize(order: Order) -> Done:
    return await _answer(order, "authorize")


async def void(order: Order) -> None:
    raise AssertionError(f"{order.id}: nothing is to be undone")


async def enter(order: Order) -> Done:
    return await _answer(order, "enter")


async def withdraw(order: Order) -> None:
    raise AssertionError(f"{order.id}: nothing is to be undone")


async def capture(order: Order) -> Done:
    return await _answer(order, "capture")


async def commit(order: Order) -> Done:
    return await _answer(order, "commit")


async def confirm(order: Order) -> Done:
    return await _answer(order, "confirm")


async def _answer(order: Order, step: str) -> Done:
    if order.backend_seconds:
        await asyncio.sleep(order.backend_seconds)
    return Done(order_id=order.id, reference=f"{order.id}:{step}")
