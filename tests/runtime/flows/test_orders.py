"""What an operator may order of a run, what it does, and what is refused."""

import asyncio

import pytest

from runtime.flows.engine import Engine
from runtime.flows.flow import Flow, flow
from runtime.flows.orders import NotSkippable, NotStuck, NotUnderWay, OnlyForward
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Missing, Rejected
from tests.runtime.flows.engines import Place, ended, engine, order, started, timeline
from tests.runtime.flows.restarts import CALL_OFF, hang, interrupted, recovered
from tests.runtime.flows.steps import Calls, Do

BUG = KeyError("a bug")
DECLINED = Rejected("the card expired")


class Gate:
    """A step that waits until it is let through."""

    def __init__(self, calls: Calls) -> None:
        self.open = asyncio.Event()
        self.calls = calls

    async def through(self, thing: str) -> str:
        self.calls.called("gate")
        await self.open.wait()
        return thing


def quiet(do: Do) -> Do:
    """The same step, declared to return nothing."""

    async def quietly(thing: str) -> None:
        await do(thing)

    quietly.__name__ = do.__name__
    return quietly  # type: ignore[return-value] # steps here are one type


def paid(calls: Calls, hold: Do, capture: Do, *, last: bool = False) -> Flow[str, str]:
    """hold, capture, ship; the pivot is before capture, or nowhere when hold is the `last` step."""
    release, ship = calls.step("release"), calls.step("ship")

    @flow("paid")
    async def paid(thing: str, saga: Saga) -> str:
        held = await saga.step(hold, thing, undo=release, name="hold")
        if last:
            return held
        saga.point_of_no_return()
        await saga.step(capture, thing, name="capture")
        return await saga.step(ship, thing)

    return paid


async def ordered_in_the_gate(flows: Engine, gate: Gate, flow: Flow[str, str]) -> Run:
    """Cancel it while the gate is being passed, and see what becomes of it."""
    await started(flows, flow, "it")
    await gate.calls.until("gate")
    await flows.order("run-1", order("cancel"))
    gate.open.set()
    return await flows.wait("run-1", timeout=5)


async def test_a_skipped_step_counts_as_done_and_is_not_called_again(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold"), quiet(calls.step("capture", DECLINED)))
    async with engine(journal, flow) as flows:
        await ended(flows, flow, "it")
        await flows.order("run-1", order("skip", "capture"))
        run = await flows.wait("run-1", timeout=5)
    assert calls == ["hold", "capture", "ship"]
    assert (run.status, run.result) == ("completed", "ship it")
    assert timeline(run)[2:] == ["do capture skipped", "do ship ok"]


async def test_a_step_whose_result_is_needed_is_not_skipped(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold"), calls.step("capture", DECLINED))
    async with engine(journal, flow) as flows:
        await ended(flows, flow, "it")
        with pytest.raises(NotSkippable, match="needs what capture returns"):
            await flows.order("run-1", order("skip", "capture"))
        with pytest.raises(NotSkippable, match="stuck at capture"):
            await flows.order("run-1", order("skip", "ship"))
        run = await flows.get("run-1")
    assert run is not None
    assert (run.status, run.orders) == ("stuck", ())


async def test_an_undo_that_cannot_be_done_is_skipped_and_the_run_has_failed(
    journal: Place,
) -> None:
    calls = Calls()
    locked = calls.step("release", Rejected("locked"))

    @flow("held")
    async def held(thing: str, saga: Saga) -> None:
        await saga.step(calls.step("hold", DECLINED), thing, undo=locked)

    async with engine(journal, held) as flows:
        await ended(flows, held, "it")
        await flows.order("run-1", order("skip", "hold"))
        run = await flows.wait("run-1", timeout=5)
    assert calls == ["hold", "release"]
    assert timeline(run) == ["do hold problem", "undo hold skipped"]
    assert (run.status, (run.problem or {})["detail"]) == ("failed", "the card expired")


async def test_a_run_stuck_before_its_pivot_is_compensated(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold", BUG), calls.step("capture"))
    async with engine(journal, flow) as flows:
        stuck = await ended(flows, flow, "it")
        await flows.order("run-1", order("compensate"))
        run = await flows.wait("run-1", timeout=5)
    assert stuck.status == "stuck"
    assert calls == ["hold", "release"]
    assert run.status == "failed"
    assert (run.problem or {})["type"] == "urn:strata:problem:cancelled"


async def test_a_run_stuck_by_a_fault_of_its_flow_is_compensated(journal: Place) -> None:
    calls = Calls()
    hold, release = calls.step("hold"), calls.step("release")

    @flow("broken")
    async def broken(thing: str, saga: Saga) -> None:
        await saga.step(hold, thing, undo=release)
        raise BUG

    async with engine(journal, broken) as flows:
        await ended(flows, broken, "it")
        with pytest.raises(NotSkippable, match="no step"):
            await flows.order("run-1", order("skip", "hold"))
        await flows.order("run-1", order("compensate"))
        run = await flows.wait("run-1", timeout=5)
    assert calls == ["hold", "release"]
    assert run.status == "failed"


async def test_past_the_point_of_no_return_nothing_is_undone(journal: Place) -> None:
    calls = Calls()
    gate = Gate(calls)
    flow = paid(calls, calls.step("hold"), gate.through)
    async with engine(journal, flow) as flows:
        await started(flows, flow, "it")
        await calls.until("gate")
        for asked in (order("cancel"), order("compensate")):
            with pytest.raises(OnlyForward):
                await flows.order("run-1", asked)
        gate.open.set()
        run = await flows.wait("run-1", timeout=5)
    assert (run.status, run.orders) == ("completed", ())
    assert "release" not in calls


async def test_a_run_killed_in_the_step_after_its_pivot_is_not_undone_either(
    journal: Place,
) -> None:
    calls = Calls()
    await interrupted(journal, paid(calls, calls.step("hold"), hang))
    async with engine(journal, paid(calls, calls.step("hold"), hang)) as flows:
        with pytest.raises(OnlyForward):
            await flows.order("run-1", order("compensate"))
    assert calls == ["hold"]


async def test_a_cancelled_run_ends_its_step_begins_no_other_and_is_undone(journal: Place) -> None:
    calls = Calls()
    gate = Gate(calls)
    flow = paid(calls, gate.through, calls.step("capture"))
    async with engine(journal, flow) as flows:
        run = await ordered_in_the_gate(flows, gate, flow)
    assert calls == ["gate", "release"]
    assert timeline(run) == ["do hold ok", "undo hold ok"]
    assert (run.status, (run.problem or {})["status"]) == ("failed", 409)


async def test_a_run_cancelled_in_its_last_step_is_undone(journal: Place) -> None:
    calls = Calls()
    gate = Gate(calls)
    flow = paid(calls, gate.through, calls.step("capture"), last=True)
    async with engine(journal, flow) as flows:
        run = await ordered_in_the_gate(flows, gate, flow)
    assert calls == ["gate", "release"]
    assert run.status == "failed"


async def test_a_run_cancelled_in_a_step_that_gets_stuck_is_undone(journal: Place) -> None:
    calls = Calls()
    gate = Gate(calls)

    async def faulty(thing: str) -> str:
        await gate.through(thing)
        raise BUG

    flow = paid(calls, faulty, calls.step("capture"))
    async with engine(journal, flow) as flows:
        run = await ordered_in_the_gate(flows, gate, flow)
    assert calls == ["gate", "release"]
    assert run.status == "failed"


async def test_steps_side_by_side_both_end_before_a_cancelled_run_is_undone(journal: Place) -> None:
    calls = Calls()
    gate = Gate(calls)
    enter, leave, undo = calls.step("enter"), calls.step("leave"), calls.step("undo")

    @flow("pair")
    async def pair(thing: str, saga: Saga) -> None:
        await saga.together(
            saga.step(gate.through, thing, undo=undo), saga.step(enter, thing, undo=leave)
        )
        await saga.step(calls.step("next"), thing)

    async with engine(journal, pair) as flows:
        await started(flows, pair, "it")
        await calls.until("gate")
        await calls.until("enter")
        await flows.order("run-1", order("cancel"))
        gate.open.set()
        run = await flows.wait("run-1", timeout=5)
    assert set(calls[:2]) == {"gate", "enter"}
    assert calls[2:] == ["leave", "undo"]
    assert run.status == "failed"


async def test_the_same_order_again_is_one_order(journal: Place) -> None:
    calls = Calls()
    gate = Gate(calls)
    flow = paid(calls, gate.through, calls.step("capture"))
    async with engine(journal, flow) as flows:
        await started(flows, flow, "it")
        await calls.until("gate")
        await flows.order("run-1", order("cancel"))
        await flows.order("run-1", order("compensate"))
        gate.open.set()
        await flows.wait("run-1", timeout=5)
        run = await flows.order("run-1", order("cancel"))
    assert calls == ["gate", "release"]
    assert [given.action for given in run.orders] == ["cancel"]


async def test_a_retry_that_did_not_help_is_ordered_again(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold"), calls.step("capture", DECLINED, DECLINED, None))
    async with engine(journal, flow) as flows:
        await ended(flows, flow, "it")
        for _ in range(2):
            await flows.order("run-1", order("retry"))
            await flows.wait("run-1", timeout=5)
        run = await flows.order("run-1", order("retry"))  # repeated: it is not stuck any more
    assert calls.count("capture") == 3
    assert run.status == "completed"
    assert [given.action for given in run.orders] == ["retry", "retry"]


async def test_orders_are_kept_with_who_why_and_when(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold"), quiet(calls.step("capture", DECLINED)))
    async with engine(journal, flow) as flows:
        await ended(flows, flow, "it")
        await flows.order("run-1", order("skip", "capture"))
        await flows.wait("run-1", timeout=5)
    async with engine(journal, flow) as flows:
        run = await flows.get("run-1")
    assert run is not None
    (given,) = run.orders
    assert (given.action, given.step) == ("skip", "capture")
    assert (given.subject, given.client, given.reason) == ("maria", "operations", "ticket 4711")
    assert given.at is not None
    assert run.created_at < given.at <= run.updated_at


async def test_a_cancelled_run_is_undone_by_the_next_process(journal: Place) -> None:
    calls = Calls()

    gate = Gate(calls)
    flow = paid(calls, gate.through, calls.step("capture"))
    async with engine(journal, flow, limits=CALL_OFF) as flows:
        await started(flows, flow, "it")
        await calls.until("gate")
        await flows.order("run-1", order("cancel"))
    run = await recovered(journal, paid(calls, calls.step("hold"), calls.step("capture")))
    assert calls == ["gate", "release"]
    assert run.status == "failed"


async def test_what_a_run_is_not_fit_for_is_refused(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold"), calls.step("capture"))
    broken = paid(calls, calls.step("hold", BUG), calls.step("capture"))
    async with engine(journal, flow) as flows:
        with pytest.raises(Missing):
            await flows.order("run-9", order("cancel"))
        await ended(flows, flow, "it")
        for asked in (order("retry"), order("skip", "capture")):
            with pytest.raises(NotStuck, match="completed"):
                await flows.order("run-1", asked)
        for asked in (order("cancel"), order("compensate")):
            with pytest.raises(NotUnderWay, match="completed"):
                await flows.order("run-1", asked)
    async with engine(journal, broken) as flows:
        await ended(flows, broken, "it", "run-2")
        with pytest.raises(NotUnderWay, match="compensate it"):
            await flows.order("run-2", order("cancel"))


async def test_a_list_goes_on_after_a_run(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("hold"), calls.step("capture"))
    async with engine(journal, flow) as flows:
        for number in range(4):
            await ended(flows, flow, "it", f"run-{number}")
        page = await flows.list(status="completed", after="run-2", limit=1)
        rest = await flows.list(after="run-1")
    assert [run.id for run in page] == ["run-1"]
    assert [run.id for run in rest] == ["run-0"]
