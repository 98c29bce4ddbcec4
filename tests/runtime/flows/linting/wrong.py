"""Flows with mistakes: `# finds RULE` is on the line where one is to be found, and nowhere else."""

import os
import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx

from contracts.clients.system.erp.v1 import ErpClient
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from tests.runtime.flows.linting.booking import (
    charge,
    free_car,
    free_room,
    hold_car,
    hold_room,
    look_up,
    send_tickets,
)

erp = ErpClient()


@flow("irreversible-first")
async def irreversible_first(trip: str, saga: Saga) -> None:
    await saga.step(charge, trip)  # finds irreversible
    await saga.step(hold_car, trip, undo=free_car)
    saga.point_of_no_return()


@flow("irreversible-in-a-branch")
async def irreversible_in_a_branch(trip: str, saga: Saga) -> None:
    if trip:
        saga.point_of_no_return()
    await saga.step(charge, trip)  # finds irreversible


@flow("irreversible-last")
async def irreversible_last(trip: str, saga: Saga) -> None:
    await saga.step(hold_car, trip, undo=free_car)
    await saga.step(send_tickets, trip)  # finds irreversible


@flow("irreversible-in-a-helper")
async def irreversible_in_a_helper(trip: str, saga: Saga) -> None:
    await charged(trip, saga)
    await saga.step(hold_car, trip, undo=free_car)


async def charged(trip: str, saga: Saga) -> None:
    await saga.step(charge, trip)  # finds irreversible


async def move(_there: str, _back: str) -> None: ...


async def move_back(_back: str, _there: str) -> None: ...


async def move_one(_there: str, _back: int = 0) -> None: ...


@flow("other-arguments")
async def other_arguments(trip: str, saga: Saga) -> None:
    await saga.step(move, trip, trip, undo=move_back)  # finds undo-arguments
    await saga.step(move_one, trip, undo=free_car)  # finds undo-arguments


async def count(_trip: int | str) -> None: ...


@flow("other-types")
async def other_types(trip: str, saga: Saga) -> None:
    await saga.step(hold_car, trip, undo=count)  # finds undo-arguments


@flow("no-name")
async def no_name(trip: str, saga: Saga) -> None:
    await saga.step(lambda: look_up(trip))  # finds no-key irreversible
    await saga.step(  # finds unseen
        partial(hold_car, trip), name="hold", undo=partial(free_car, trip)
    )


@flow("twice")
async def twice(trip: str, saga: Saga) -> None:
    await saga.step(look_up, trip)
    if trip:
        await saga.step(look_up, trip, name="again")
    await saga.step(look_up, trip)  # finds no-key
    for leg in ["there", "back"]:
        await saga.step(hold_car, leg, undo=free_car)  # finds no-key
    await saga.together(
        *(saga.step(hold_room, leg, undo=free_room) for leg in ["there", "back"])  # finds no-key
    )


@flow("either")
async def either(trip: str, saga: Saga) -> None:
    if trip:
        await saga.step(look_up, trip)
    else:
        await saga.step(look_up, "nowhere")


@flow("undo-after-pivot")
async def undo_after_pivot(trip: str, saga: Saga) -> None:
    saga.point_of_no_return()
    await saga.step(hold_car, trip, undo=free_car)  # finds undo-after-pivot


@flow("the-second-round")
async def the_second_round(legs: list[str], saga: Saga) -> None:
    for leg in legs:
        await saga.step(hold_car, leg, undo=free_car, name=f"car {leg}")  # finds undo-after-pivot
        saga.point_of_no_return()  # finds pivot-twice


class Unknown:
    """No model."""


@reads
async def untyped(trip):  # type: ignore[no-untyped-def]
    return trip


@reads
async def strange(_trip: str) -> Unknown:
    return Unknown()


@flow("unrecordable")
async def unrecordable(trip: str, saga: Saga) -> None:
    await saga.step(untyped, trip)  # finds unrecordable
    await saga.step(strange, trip)  # finds unrecordable


@flow("different-each-time")
async def different_each_time(trip: str, saga: Saga) -> None:
    now = datetime.now(UTC)  # finds outside-step
    today = date.today()  # noqa: DTZ011  # finds outside-step
    started = time.monotonic()  # finds outside-step
    some = random.choice(trip)  # noqa: S311  # finds outside-step
    token = secrets.token_hex()  # finds outside-step
    number = uuid4()  # finds outside-step
    same = uuid5(UUID(int=0), trip)
    home = os.environ["HOME"]  # finds outside-step
    with open(os.devnull) as file:  # noqa: ASYNC230  # finds outside-step
        text = file.read()
    async with httpx.AsyncClient() as http:  # finds outside-step
        await http.get(trip)
    customer = await erp.get_customer(trip)  # finds outside-step
    told(now, today, started, some, token, number, same, home, text, customer)
    await saga.step(look_up, trip)


def told(*things: object) -> None:
    str((things, time.time()))  # finds outside-step


@flow("hidden")
async def hidden(trip: str, saga: Saga) -> None:
    steps: dict[str, Callable[[str], Any]] = {"look_up": look_up}
    await saga.step(steps["look_up"], trip)  # finds no-key irreversible
    keep = [saga]  # finds unseen
    await keep[0].step(charge, trip)

    async def later() -> None:
        await saga.step(charge, trip)  # finds unseen

    await later()
    pair = (trip, trip)
    await given(*pair, saga)  # finds unseen
    await given(trip, trip, saga=saga)  # finds unseen


async def given(trip: str, _back: str, saga: Saga) -> None:
    await saga.step(look_up, trip)


@flow("clients-themselves")
async def clients_themselves(customer: str, saga: Saga) -> None:
    await saga.step(erp.get_customer, customer)
    await saga.step(erp.cancel_sales_order, customer)  # finds irreversible


@reads
async def enter(trip: str) -> None:
    await through(trip)


async def through(trip: str) -> None:
    await erp.get_customer(trip)
    await erp.cancel_sales_order(trip)


@flow("not-only-reads")
async def not_only_reads(trip: str, saga: Saga) -> None:
    await saga.step(enter, trip)  # finds not-only-reads
