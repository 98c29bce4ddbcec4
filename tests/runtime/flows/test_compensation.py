"""What is undone when a flow fails, and in which order."""

import asyncio
from dataclasses import replace

from runtime.flows.flow import Flow, flow
from runtime.flows.limits import RetryPolicy
from runtime.flows.saga import Saga
from runtime.problems import Misconfigured, Problem, Rejected, Unavailable
from tests.runtime.flows.engines import LIMITS, Place, ended, engine, order, started, timeline
from tests.runtime.flows.steps import Calls, Do

REFUSED = Rejected("no stock", kind="out-of-stock")


def three_steps(calls: Calls, third: Do, *, undo_second: Do | None = None) -> Flow[str, str]:
    first, undo_first = calls.step("first"), calls.step("undo_first")
    second, undo_third = calls.step("second"), calls.step("undo_third")

    @flow("three")
    async def three(thing: str, saga: Saga) -> str:
        await saga.step(first, thing, undo=undo_first)
        await saga.step(second, thing, undo=undo_second or calls.step("undo_second"))
        return await saga.step(third, thing, undo=undo_third)

    return three


async def test_all_is_undone_in_reverse_including_the_step_that_failed(journal: Place) -> None:
    calls = Calls()
    three = three_steps(calls, calls.step("third", REFUSED))
    async with engine(journal, three) as flows:
        run = await ended(flows, three, "it")
    assert calls == ["first", "second", "third", "undo_third", "undo_second", "undo_first"]
    assert run.status == "failed"
    assert isinstance(Problem.from_document(run.problem or {}), Rejected)
    assert (run.problem or {})["type"] == "urn:strata:problem:out-of-stock"


async def test_before_the_pivot_a_step_is_tried_once(journal: Place) -> None:
    calls = Calls()
    three = three_steps(calls, calls.step("third", Unavailable("gone")))
    async with engine(journal, three) as flows:
        run = await ended(flows, three, "it")
    assert calls.count("third") == 1
    assert run.status == "failed"


async def test_a_refused_undo_stops_no_other_and_the_stuck_run_is_listed(journal: Place) -> None:
    calls = Calls()
    three = three_steps(
        calls,
        calls.step("third", REFUSED),
        undo_second=calls.step("undo_second", Rejected("already shipped")),
    )
    async with engine(journal, three) as flows:
        await ended(flows, three, "it")
        (run,) = await flows.list(status="stuck")
    assert calls[-3:] == ["undo_third", "undo_second", "undo_first"]
    assert "could not undo second" in (run.problem or {})["detail"]
    assert timeline(run)[-3:] == ["undo third ok", "undo second stuck", "undo first ok"]
    assert run.steps[-2].detail["detail"] == "already shipped"


async def test_an_undo_is_tried_again_until_its_backend_is_back(journal: Place) -> None:
    calls = Calls()
    gone = Unavailable("gone")
    three = three_steps(
        calls,
        calls.step("third", REFUSED),
        undo_second=calls.step("undo_second", gone, gone, None),
    )
    async with engine(journal, three) as flows:
        run = await ended(flows, three, "it")
    assert calls[-5:] == ["undo_third", *["undo_second"] * 3, "undo_first"]
    assert run.status == "failed"
    assert next(s for s in run.steps if (s.name, s.kind) == ("second", "undo")).attempts == 3


async def test_an_operators_error_is_not_tried_again(journal: Place) -> None:
    calls = Calls()
    three = three_steps(
        calls,
        calls.step("third", REFUSED),
        undo_second=calls.step("undo_second", Misconfigured("wrong key")),
    )
    async with engine(journal, three) as flows:
        run = await ended(flows, three, "it")
    assert calls.count("undo_second") == 1
    assert run.status == "stuck"


async def test_the_outage_of_one_backend_does_not_hold_up_the_other_undos(journal: Place) -> None:
    calls = Calls()
    three = three_steps(
        calls,
        calls.step("third", REFUSED),
        undo_second=calls.step("undo_second", Unavailable("gone")),
    )
    hour = RetryPolicy(first=0.01, longest=0.01, give_up_after=3600)
    async with engine(
        journal, three, limits=replace(LIMITS, undo=hour, undo_patience=0.05)
    ) as flows:
        await started(flows, three, "it")
        await calls.until("undo_first")
        run = await flows.get("run-1")
    assert run is not None
    assert run.status == "running"


async def test_resuming_tries_again_only_the_undo_that_is_left(journal: Place) -> None:
    calls = Calls()
    three = three_steps(
        calls,
        calls.step("third", REFUSED),
        undo_second=calls.step("undo_second", Rejected("locked"), None),
    )
    async with engine(journal, three) as flows:
        await ended(flows, three, "it")
        del calls[:]
        await flows.order("run-1", order("retry"))
        run = await flows.wait("run-1", timeout=5)
    assert calls == ["undo_second"]
    assert run.status == "failed"
    assert (run.problem or {})["detail"] == "no stock"


async def test_no_undo_overtakes_a_step_still_running(journal: Place) -> None:
    calls = Calls()

    async def slow(thing: str) -> str:
        calls.append("slow begins")
        await asyncio.sleep(0.05)
        calls.append("slow ends")
        return thing

    declined, undo_slow = calls.step("declined", REFUSED), calls.step("undo_slow")

    @flow("pair")
    async def pair(thing: str, saga: Saga) -> None:
        await saga.together(saga.step(slow, thing, undo=undo_slow), saga.step(declined, thing))

    async with engine(journal, pair) as flows:
        run = await ended(flows, pair, "it")
    assert set(calls[:2]) == {"slow begins", "declined"}
    assert calls[2:] == ["slow ends", "undo_slow"]
    assert run.status == "failed"


async def test_a_step_that_hangs_has_failed_at_its_deadline_and_is_undone(journal: Place) -> None:
    calls = Calls()

    async def third(thing: str) -> str:
        await asyncio.sleep(60)
        return thing

    three = three_steps(calls, third)
    async with engine(journal, three, limits=replace(LIMITS, step=0.02)) as flows:
        run = await ended(flows, three, "it")
    assert calls[-3:] == ["undo_third", "undo_second", "undo_first"]
    assert (run.problem or {})["status"] == 504


async def test_each_call_carries_a_key_of_its_own(journal: Place) -> None:
    calls = Calls()
    three = three_steps(calls, calls.step("third", REFUSED))
    async with engine(journal, three) as flows:
        await ended(flows, three, "it")
    assert calls.keys == [
        "run-1:first",
        "run-1:second",
        "run-1:third",
        "run-1:third:undo",
        "run-1:second:undo",
        "run-1:first:undo",
    ]
