"""A run whose flow is another after a restart is stuck, before anything is called."""

from runtime.flows.flow import flow
from runtime.flows.saga import Saga
from tests.runtime.flows.engines import Place, engine, order
from tests.runtime.flows.restarts import hang, interrupted, recovered, two_steps
from tests.runtime.flows.steps import Calls


async def test_another_step_in_the_recorded_place_is_stuck_and_calls_nothing(
    journal: Place,
) -> None:
    calls = Calls()
    await interrupted(journal, two_steps(calls.step("first"), hang))
    run = await recovered(journal, two_steps(calls.step("other"), calls.step("second")))
    assert calls == ["first"]
    assert run.status == "stuck"
    assert (run.problem or {})["detail"] == (
        "the flow has changed: do first is recorded as number 1, where it now has do other"
    )


async def test_a_recorded_step_the_flow_does_not_come_by_any_more_is_stuck(journal: Place) -> None:
    @flow("two")
    async def shorter(thing: str, _saga: Saga) -> str:
        return thing

    await interrupted(journal, two_steps(Calls().step("first"), hang))
    run = await recovered(journal, shorter)
    assert run.status == "stuck"
    assert "did not come by first" in (run.problem or {})["detail"]


async def test_a_flow_that_is_gone_is_stuck_until_it_is_back(journal: Place) -> None:
    calls = Calls()
    two = two_steps(calls.step("first"), calls.step("second"))
    await interrupted(journal, two_steps(calls.step("first"), hang))
    stuck = await recovered(journal)
    async with engine(journal, two) as flows:
        assert await flows.recover() == 0
        await flows.order("run-1", order("retry"))
        run = await flows.wait("run-1", timeout=5)
    assert (stuck.status, run.status) == ("stuck", "completed")
    assert (stuck.problem or {})["detail"] == "no flow is named two any more"
