"""A flow with nothing wrong, of every kind of step; FAILURES says which one fails."""

from contracts.clients.system.erp.v1 import ErpClient
from runtime.flows.flow import flow
from runtime.flows.reading import reads
from runtime.flows.saga import Saga
from runtime.problems import Problem

erp = ErpClient()
FAILURES: dict[str, Problem] = {}


async def happen(name: str) -> None:
    if name in FAILURES:
        raise FAILURES[name]


@reads
async def look_up(_trip: str) -> list[str]:
    await happen("look_up")
    return ["there", "back"]


@reads
async def look_up_customer(customer: str) -> str:
    return (await erp.get_customer(customer)).id


async def hold_seat(_trip: str, _leg: str) -> None:
    await happen("hold_seat")


async def free_seat(_trip: str, _leg: str) -> None:
    await happen("free_seat")


async def hold_car(_trip: str) -> None:
    await happen("hold_car")


async def free_car(_trip: str) -> None:
    await happen("free_car")


async def hold_room(_trip: str) -> None:
    await happen("hold_room")


async def free_room(_trip: str) -> None:
    await happen("free_room")


async def charge(_trip: str) -> None:
    await happen("charge")


async def send_tickets(_trip: str) -> None:
    await happen("send_tickets")


@flow("book")
async def book(trip: str, saga: Saga) -> None:
    for leg in await saga.step(look_up, trip):
        await saga.step(hold_seat, trip, leg, undo=free_seat, name=f"hold_seat {leg}")
    await saga.together(
        saga.step(hold_car, trip, undo=free_car), saga.step(hold_room, trip, undo=free_room)
    )
    saga.point_of_no_return()
    await finish(trip, saga)


async def finish(trip: str, saga: Saga) -> None:
    await saga.step(charge, trip)
    await saga.step(send_tickets, trip)
