"""Starting, waiting for and looking at runs."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from runtime.flows.engine import KeyReused
from runtime.flows.flow import flow, step_result
from runtime.flows.orders import NotStuck
from runtime.flows.saga import Saga
from runtime.problems import Missing, Unavailable
from tests.runtime.flows.engines import CALLER, Place, ended, engine, order, started
from tests.runtime.flows.steps import Calls

calls = Calls()
weighed = asyncio.Event()
gate = asyncio.Event()


class Parcel(BaseModel):
    to: str
    note: str | None = None


class Receipt(BaseModel):
    number: int


async def weigh(parcel: Parcel) -> Receipt:
    calls.append(f"weigh {parcel.to}")
    weighed.set()
    await gate.wait()
    return Receipt(number=7)


@flow("send")
async def send(parcel: Parcel, saga: Saga) -> Receipt:
    return await saga.step(weigh, parcel)


@flow("return")
async def give_back(parcel: Parcel, saga: Saga) -> Receipt:
    return await saga.step(weigh, parcel)


@pytest.fixture(autouse=True)
def _anew() -> None:
    del calls[:]
    weighed.clear()
    gate.set()


async def test_the_same_key_gives_the_same_answer(journal: Place) -> None:
    async with engine(journal, send) as flows:
        first = await ended(flows, send, Parcel(to="Ada"))
        again = await flows.start(send, "run-1", Parcel(to="Ada"), owner="alice", context=CALLER)
    assert not again.created
    assert again.run == first
    assert calls == ["weigh Ada"]


async def test_the_same_key_is_refused_for_another_payload_owner_or_flow(journal: Place) -> None:
    async with engine(journal, send, give_back) as flows:
        await ended(flows, send, Parcel(to="Ada"))
        with pytest.raises(KeyReused) as refused:
            await ended(flows, send, Parcel(to="Bob"))
        with pytest.raises(KeyReused):
            await flows.start(send, "run-1", Parcel(to="Ada"), owner="mallory", context=CALLER)
        with pytest.raises(KeyReused):
            await ended(flows, give_back, Parcel(to="Ada"))
    assert (refused.value.code, refused.value.slug) == (422, "idempotency-key-reused")
    assert calls == ["weigh Ada"]


async def test_a_payload_stays_the_same_when_its_type_gains_an_optional_member(
    journal: Place,
) -> None:
    class OlderParcel(BaseModel):
        to: str

    async def weigh(_parcel: OlderParcel) -> Receipt:
        return Receipt(number=7)

    @flow("send")
    async def older(parcel: OlderParcel, saga: Saga) -> Receipt:
        return await saga.step(weigh, parcel)

    async with engine(journal, older) as flows:
        await ended(flows, older, OlderParcel(to="Ada"))
    async with engine(journal, send) as flows:
        again = await ended(flows, send, Parcel(to="Ada"))
    assert again.status == "completed"


async def test_a_hundred_concurrent_starts_of_one_key_are_one_run(journal: Place) -> None:
    async with engine(journal, send) as flows:
        begun = await asyncio.gather(
            *(
                flows.start(send, "run-1", Parcel(to="Ada"), owner="alice", context=CALLER)
                for _ in range(100)
            )
        )
        runs = await asyncio.gather(*(flows.wait("run-1", timeout=5) for _ in range(100)))
    assert sum(start.created for start in begun) == 1
    assert calls == ["weigh Ada"]
    assert all(run == runs[0] and run.status == "completed" for run in runs)


async def test_a_time_out_of_waiting_leaves_the_flow_running(journal: Place) -> None:
    gate.clear()
    async with engine(journal, send) as flows:
        await started(flows, send, Parcel(to="Ada"))
        waited = await flows.wait("run-1", timeout=0.01)
        gate.set()
        run = await flows.wait("run-1", timeout=5)
    assert (waited.status, run.status) == ("running", "completed")


async def test_a_caller_that_goes_away_leaves_the_flow_running(journal: Place) -> None:
    gate.clear()
    async with engine(journal, send) as flows:
        await started(flows, send, Parcel(to="Ada"))
        waiting = asyncio.create_task(flows.wait("run-1", timeout=5))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        gate.set()
        run = await flows.wait("run-1", timeout=5)
    assert run.status == "completed"


async def test_a_caller_that_goes_away_while_starting_loses_no_recorded_run(journal: Place) -> None:
    async with engine(journal, send) as flows:
        starting = asyncio.create_task(started(flows, send, Parcel(to="Ada")))
        await asyncio.sleep(0)  # handed to the journal, not yet on the disk
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await weighed.wait()
        run = await flows.wait("run-1", timeout=5)
    assert run.status == "completed"


async def test_runs_are_listed_newest_first_whatever_the_clock_does(journal: Place) -> None:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    times = (moment - timedelta(days=n) for n in range(1000))
    async with engine(journal, send, clock=lambda: next(times)) as flows:
        for number in range(3):
            await ended(flows, send, Parcel(to="Ada"), f"run-{number}")
        await flows.start(send, "run-bob", Parcel(to="Bob"), owner="bob", context=CALLER)
        await flows.wait("run-bob", timeout=5)
        mine = await flows.list(owner="alice", limit=2)
        completed = await flows.list(status="completed", flow="send")
        stuck = await flows.list(status="stuck")
    assert [run.id for run in mine] == ["run-2", "run-1"]
    assert [run.id for run in completed] == ["run-bob", "run-2", "run-1", "run-0"]
    assert not stuck
    assert len(mine[0].steps) == 1


async def test_a_run_gives_its_values_as_their_types(journal: Place) -> None:
    async with engine(journal, send) as flows:
        run = await ended(flows, send, Parcel(to="Ada"))
    assert send.payload_of(run) == Parcel(to="Ada")
    assert send.result_of(run) == Receipt(number=7)
    assert step_result(run, weigh) == Receipt(number=7)
    assert step_result(replace(run, steps=()), weigh) is None


async def test_what_does_not_exist_is_missing_and_what_is_not_stuck_stays(journal: Place) -> None:
    async with engine(journal, send) as flows:
        assert await flows.get("run-9") is None
        with pytest.raises(Missing):
            await flows.wait("run-9", timeout=1)
        with pytest.raises(Missing):
            await flows.order("run-9", order("retry"))
        await ended(flows, send, Parcel(to="Ada"))
        with pytest.raises(NotStuck):
            await flows.order("run-1", order("retry"))


async def test_a_closing_engine_takes_no_more_runs(journal: Place) -> None:
    async with engine(journal, send) as flows:
        pass
    with pytest.raises(Unavailable):
        await started(flows, send, Parcel(to="Ada"))
