"""A clock that jumps, days ahead or years back, changes nothing of what a flow does."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.clock import Clock
from runtime.flows.flow import Flow, flow
from runtime.flows.saga import Saga
from runtime.problems import Rejected, Unavailable
from tests.runtime.flows.engines import ended, engine, timeline
from tests.runtime.flows.restarts import hang, interrupted, two_steps
from tests.runtime.flows.steps import Calls

NOON = datetime(2030, 6, 15, 12, tzinfo=UTC)
JUMPS = [timedelta(days=400), timedelta(hours=-1), timedelta(days=-3650), timedelta(seconds=30)]


def jumping(seed: int) -> Clock:
    """Another leap at each look."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    return lambda: NOON + dice.choice(JUMPS) * dice.random()


def order(calls: Calls, *, refused: bool) -> Flow[str, str]:
    enter = calls.step("enter", *([Rejected("no")] if refused else []))

    @flow("order")
    async def order(thing: str, saga: Saga) -> str:
        await saga.step(calls.step("hold"), thing, undo=calls.step("release"))
        await saga.step(enter, thing, undo=calls.step("withdraw"))
        saga.point_of_no_return()
        return await saga.step(calls.step("charge", Unavailable("busy"), None), thing)

    return order


@pytest.mark.parametrize("seed", range(5))
async def test_an_order_goes_on_to_its_end(journal: Path, seed: int) -> None:
    calls = Calls()
    async with engine(journal, it := order(calls, refused=False), clock=jumping(seed)) as flows:
        run = await ended(flows, it, "it")
    assert run.status == "completed"
    assert calls == ["hold", "enter", "charge", "charge"]
    steps = ["do hold ok", "do enter ok", "mark point_of_no_return ok", "do charge ok"]
    assert timeline(run) == steps


@pytest.mark.parametrize("seed", range(5))
async def test_an_order_is_undone_in_reverse(journal: Path, seed: int) -> None:
    calls = Calls()
    async with engine(journal, it := order(calls, refused=True), clock=jumping(seed)) as flows:
        run = await ended(flows, it, "it")
    assert run.status == "failed"
    assert calls == ["hold", "enter", "withdraw", "release"]


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_run_goes_on_after_a_restart_at_another_time(
    journal: Path, jump: timedelta
) -> None:
    calls = Calls()
    await interrupted(journal, two_steps(calls.step("first"), hang))
    two = two_steps(calls.step("first"), calls.step("second"))
    now = datetime.now(UTC) + jump
    async with engine(journal, two, clock=lambda: now) as flows:
        assert await flows.recover() == 1
        run = await flows.wait("run-1", timeout=5)
    assert run.status == "completed"
    assert calls == ["first", "second"]


async def test_the_newest_is_the_one_that_came_last(journal: Path) -> None:
    calls = Calls()
    moments = itertools.cycle([NOON, NOON - timedelta(days=9), NOON + timedelta(days=9)])
    async with engine(
        journal, it := order(calls, refused=True), clock=lambda: next(moments)
    ) as flows:
        for number in range(6):
            await ended(flows, it, "it", f"run-{number}")
        pages = [run.id for run in await flows.list(limit=3)]
        pages += [run.id for run in await flows.list(limit=3, after=pages[-1])]
    assert pages == [f"run-{number}" for number in reversed(range(6))]
