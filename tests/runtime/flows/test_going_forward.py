"""After the point of no return a flow only goes forward."""

from runtime.flows.flow import Flow, flow
from runtime.flows.saga import Saga
from runtime.problems import Misconfigured, Rejected, Unavailable
from tests.runtime.flows.engines import Place, ended, engine, order, timeline
from tests.runtime.flows.steps import Calls, Do


def paid(calls: Calls, capture: Do) -> Flow[str, str]:
    hold, release = calls.step("hold"), calls.step("release")

    @flow("paid")
    async def paid(thing: str, saga: Saga) -> str:
        await saga.step(hold, thing, undo=release)
        saga.point_of_no_return()
        return await saga.step(capture, thing)

    return paid


async def test_what_is_unavailable_is_tried_again_until_it_works(journal: Place) -> None:
    calls = Calls()
    gone = Unavailable("gone")
    flow = paid(calls, calls.step("capture", gone, gone, None))
    async with engine(journal, flow) as flows:
        run = await ended(flows, flow, "it")
    assert calls == ["hold", "capture", "capture", "capture"]
    assert set(calls.keys[1:]) == {"run-1:capture"}
    assert (run.status, run.result) == ("completed", "capture it")
    assert timeline(run) == ["do hold ok", "mark point_of_no_return ok", "do capture ok"]


async def test_a_wait_the_backend_asks_for_is_kept(journal: Place) -> None:
    calls = Calls()
    busy = Unavailable("busy", retry_after=3600)  # capped by the policy's longest wait
    flow = paid(calls, calls.step("capture", busy, None))
    async with engine(journal, flow) as flows:
        run = await ended(flows, flow, "it")
    assert run.status == "completed"


async def test_what_stays_unavailable_is_stuck_and_nothing_is_undone(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("capture", Unavailable("gone")))
    async with engine(journal, flow) as flows:
        run = await ended(flows, flow, "it")
    assert run.status == "stuck"
    assert calls.count("capture") > 2
    assert "release" not in calls
    assert (run.problem or {})["detail"] == "capture: gone"
    assert timeline(run)[-1] == "do capture stuck"


async def test_a_refusal_is_stuck_until_an_operator_resumes_it(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("capture", Rejected("the card expired"), None))
    async with engine(journal, flow) as flows:
        stuck = await ended(flows, flow, "it")
        resumed = await flows.order("run-1", order("retry"))
        run = await flows.wait("run-1", timeout=5)
    assert (stuck.status, resumed.status, resumed.problem) == ("stuck", "running", None)
    assert calls == ["hold", "capture", "capture"]
    assert (run.status, run.problem) == ("completed", None)
    assert timeline(run)[-1] == "do capture ok"


async def test_an_operators_error_is_stuck_at_once(journal: Place) -> None:
    calls = Calls()
    flow = paid(calls, calls.step("capture", Misconfigured("wrong key")))
    async with engine(journal, flow) as flows:
        run = await ended(flows, flow, "it")
    assert run.status == "stuck"
    assert calls.count("capture") == 1


async def test_a_problem_of_the_flow_itself_is_stuck_there(journal: Place) -> None:
    calls = Calls()
    hold, release = calls.step("hold"), calls.step("release")

    @flow("torn")
    async def torn(thing: str, saga: Saga) -> None:
        await saga.step(hold, thing, undo=release)
        saga.point_of_no_return()
        raise Rejected("changed my mind")

    async with engine(journal, torn) as flows:
        run = await ended(flows, torn, "it")
    assert run.status == "stuck"
    assert calls == ["hold"]
