"""A flow waits for time to pass or for what it is told, across restarts and whatever the clock does."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from runtime.flows.engine import Engine, EventTaken
from runtime.flows.flow import Flow, flow
from runtime.flows.orders import NotUnderWay
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Missing
from tests.runtime.flows.engines import LIMITS, Place, ended, engine, order, started, timeline
from tests.runtime.flows.steps import Calls

DAYS = 30 * 86400.0


class Decision(BaseModel):
    approved: bool
    by: str


YES = Decision(approved=True, by="maria")
NO = Decision(approved=False, by="maria")


def review(calls: Calls, timeout: float | None = DAYS) -> Flow[str, str]:
    @flow("review")
    async def review(thing: str, saga: Saga) -> str:
        await saga.step(calls.step("open"), thing, undo=calls.step("withdraw"))
        decision = await saga.wait_event("decision", Decision, timeout=timeout)
        if decision is None:
            return "nobody decided"
        await saga.step(calls.step("close"), thing)
        return f"{decision.by} said {decision.approved}"

    return review


def nap(calls: Calls, seconds: float) -> Flow[str, None]:
    @flow("nap")
    async def nap(thing: str, saga: Saga) -> None:
        await saga.sleep(seconds, name="nap")
        await saga.step(calls.step("wake"), thing)

    return nap


async def waiting(flows: Engine, run_id: str = "run-1") -> Run:
    async with asyncio.timeout(5):
        while not (run := await flows.wait(run_id, timeout=0.005)).waiting_for:
            pass
    return run


async def test_a_run_goes_on_with_what_it_is_told(journal: Place) -> None:
    calls = Calls()
    async with engine(journal, it := review(calls)) as flows:
        await started(flows, it, "it")
        paused = await waiting(flows)
        await flows.emit("run-1", "decision", YES)
        run = await flows.wait("run-1", timeout=5)
    assert (paused.status, paused.waiting_for) == ("running", "decision")
    assert timeline(paused) == ["do open ok", "wait decision waiting"]
    assert (run.status, run.result, run.waiting_for) == ("completed", "maria said True", None)
    assert timeline(run) == ["do open ok", "wait decision ok", "do close ok"]


async def test_what_it_is_told_before_it_waits_is_kept(journal: Place) -> None:
    calls, may_open = Calls(), asyncio.Event()

    async def open_late(_thing: str) -> None:
        await may_open.wait()

    @flow("review")
    async def it(thing: str, saga: Saga) -> str:
        await saga.step(open_late, thing)
        decision = await saga.wait_event("decision", Decision, timeout=DAYS)
        return decision.by if decision else "nobody"

    async with engine(journal, it) as flows:
        await started(flows, it, "it")
        await flows.emit("run-1", "decision", YES)
        may_open.set()
        run = await flows.wait("run-1", timeout=5)
    assert (run.status, run.result) == ("completed", "maria")
    assert calls == []


async def test_it_waits_across_restarts_and_is_told_while_nobody_runs_it(journal: Place) -> None:
    calls = Calls()
    it = review(calls)
    async with engine(journal, it) as flows:
        await started(flows, it, "it")
        await waiting(flows)
    for _ in range(2):
        async with engine(journal, it) as flows:
            await flows.recover()
            await waiting(flows)
    async with engine(journal, it) as flows:  # not taken up yet: told all the same
        await flows.emit("run-1", "decision", NO)
    async with engine(journal, it) as flows:
        await flows.recover()
        run = await flows.wait("run-1", timeout=5)
    assert (run.status, run.result) == ("completed", "maria said False")
    assert calls == ["open", "close"]


async def test_when_time_is_up_it_goes_on_without(journal: Place) -> None:
    async with engine(journal, it := review(Calls(), timeout=0.02)) as flows:
        run = await ended(flows, it, "it")
        with pytest.raises(NotUnderWay):
            await flows.emit("run-1", "decision", YES)
    assert (run.status, run.result) == ("completed", "nobody decided")


async def test_it_is_told_once(journal: Place) -> None:
    async with engine(journal, it := review(Calls())) as flows:
        await started(flows, it, "it")
        await flows.emit("run-1", "decision", YES)
        await flows.emit("run-1", "decision", {"by": "maria", "approved": True})
        with pytest.raises(EventTaken):
            await flows.emit("run-1", "decision", NO)
        run = await flows.wait("run-1", timeout=5)
        await flows.emit("run-1", "decision", YES)
        with pytest.raises(EventTaken):
            await flows.emit("run-1", "decision", NO)
        with pytest.raises(Missing):
            await flows.emit("run-2", "decision", YES)
        with pytest.raises(TypeError):
            await flows.emit("run-1", "other", None)
    assert run.result == "maria said True"


async def test_a_hundred_say_different_things_and_one_is_heard(journal: Place) -> None:
    async with engine(journal, it := review(Calls())) as flows:
        await started(flows, it, "it")
        said = [Decision(approved=True, by=f"p{number}") for number in range(100)]
        tries = [flows.emit("run-1", "decision", decision) for decision in said]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        run = await flows.wait("run-1", timeout=5)
    heard = [one.by for one, outcome in zip(said, outcomes, strict=True) if outcome is None]
    assert [run.result] == [f"{by} said True" for by in heard]
    assert sum(isinstance(outcome, EventTaken) for outcome in outcomes) == 99


async def test_a_waiting_run_that_is_cancelled_is_undone_at_once(journal: Place) -> None:
    calls = Calls()
    async with engine(journal, it := review(calls)) as flows:
        await started(flows, it, "it")
        await waiting(flows)
        await flows.order("run-1", order("cancel"))
        run = await flows.wait("run-1", timeout=5)
    assert (run.status, run.waiting_for) == ("failed", None)
    assert calls == ["open", "withdraw"]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta()])
async def test_a_clock_that_goes_back_does_not_make_it_wait_longer(
    journal: Place, jump: timedelta
) -> None:
    calls = Calls()
    it = nap(calls, 0.3)
    async with engine(journal, it, clock=at(NOON)) as flows:
        await started(flows, it, "it")
        while not (await flows.wait("run-1", timeout=0.005)).steps:
            pass
    async with engine(journal, it, clock=at(NOON + jump)) as flows:
        await flows.recover()
        early = await flows.wait("run-1", timeout=0.1)
        run = await flows.wait("run-1", timeout=5)
    assert (early.status, run.status) == ("running", "completed")
    assert calls == ["wake"]


async def test_what_is_left_of_a_wait_passes_while_nobody_runs_it(journal: Place) -> None:
    calls = Calls()
    it = nap(calls, DAYS)
    async with engine(journal, it, clock=at(NOON)) as flows:
        await started(flows, it, "it")
        while not (await flows.wait("run-1", timeout=0.005)).steps:
            pass
    async with engine(journal, it, clock=at(NOON + timedelta(days=31))) as flows:
        await flows.recover()
        run = await flows.wait("run-1", timeout=5)
    assert run.status == "completed"
    assert calls == ["wake"]


async def test_a_run_that_never_gets_further_is_stuck_and_a_waiting_one_is_not(
    journal: Place,
) -> None:
    calls = Calls()

    async def hang(_thing: str) -> None:
        calls.called("hang")
        await asyncio.sleep(60)

    @flow("poison")
    async def poison(thing: str, saga: Saga) -> None:
        await saga.step(calls.step("first"), thing)
        await saga.step(hang, thing)

    it = review(Calls())
    limits = replace(LIMITS, close=0.0, in_vain=3)
    async with engine(journal, poison, it, limits=limits) as flows:
        await started(flows, poison, "it", "poisoned")
        await started(flows, it, "it", "waiting")
        await calls.until("hang")
        await waiting(flows, "waiting")
    for _ in range(4):
        calls.clear()
        async with engine(journal, poison, it, limits=limits) as flows:
            await flows.recover()
            while not (found := await flows.wait("poisoned", timeout=0.005)).ended:
                if "hang" in calls:
                    break
            patient = await waiting(flows, "waiting")
    assert (found.status, patient.status) == ("stuck", "running")
    assert found.problem
    assert "3 times" in found.problem["detail"]
    async with engine(journal, poison, it, limits=limits) as flows:
        await flows.order("poisoned", order("retry"))
        await calls.until("hang")
    calls.clear()
    async with engine(journal, poison, it, limits=limits) as flows:
        await flows.recover()  # an operator's retry counts from the start
        await calls.until("hang")
