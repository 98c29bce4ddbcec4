"""Mistakes in a flow's code: never silent, never half an effect more than was asked for."""

import asyncio
import math
from typing import Any

import pytest
from structlog.testing import capture_logs

from runtime.context import current, entered
from runtime.flows.flow import Flow, flow
from runtime.flows.run import Run
from runtime.flows.saga import Saga
from runtime.problems import Rejected
from tests.runtime.flows.engines import CALLER, Place, ended, engine, timeline
from tests.runtime.flows.steps import Calls


async def stuck(journal: Place, wrong: Flow[str, Any]) -> Run:
    with capture_logs():
        async with engine(journal, wrong) as flows:
            run = await ended(flows, wrong, "it")
    assert run.status == "stuck"
    return run


def detail(run: Run) -> str:
    return str((run.problem or {})["detail"])


async def test_a_bug_in_a_step_is_stuck_with_its_type_and_not_its_words(journal: Place) -> None:
    calls = Calls()
    hold, release = calls.step("hold"), calls.step("release")
    broken = calls.step("broken", KeyError("4111 1111 1111 1111"))

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        await saga.step(hold, thing, undo=release)
        await saga.step(broken, thing)

    run = await stuck(journal, wrong)
    assert calls == ["hold", "broken"]
    assert detail(run) == "broken: a bug: KeyError"
    assert timeline(run)[-1] == "do broken stuck"


async def test_a_bug_in_the_flow_is_stuck_and_logged_with_its_traceback(journal: Place) -> None:
    @flow("wrong")
    async def wrong(_thing: str, _saga: Saga) -> None:
        raise ZeroDivisionError

    with capture_logs() as lines:
        async with engine(journal, wrong) as flows:
            run = await ended(flows, wrong, "it")
    assert (run.status, detail(run)) == ("stuck", "a bug: ZeroDivisionError")
    assert next(line for line in lines if line["event"] == "flow_bug")["exc_info"]


async def test_a_bug_beside_a_problem_undoes_nothing(journal: Place) -> None:
    calls = Calls()
    hold, release = calls.step("hold"), calls.step("release")
    declined, broken = calls.step("declined", Rejected("no")), calls.step("broken", KeyError())

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        await saga.step(hold, thing, undo=release)
        await saga.together(saga.step(declined, thing), saga.step(broken, thing))

    run = await stuck(journal, wrong)
    assert "release" not in calls
    assert "broken" in detail(run)


async def test_the_same_function_twice_needs_a_name(journal: Place) -> None:
    calls = Calls()
    hold = calls.step("hold")

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        await saga.step(hold, thing)
        await saga.step(hold, thing, name="hold_again")
        with pytest.raises(ValueError, match="give this one a name="):
            await saga.step(hold, thing)
        with pytest.raises(ValueError, match="has no name"):
            await saga.step(lambda: hold(thing))

    async with engine(journal, wrong) as flows:
        run = await ended(flows, wrong, "it")
    assert run.status == "completed"
    assert calls.keys == ["run-1:hold", "run-1:hold_again"]


async def test_a_step_without_a_return_annotation_is_refused(journal: Place) -> None:
    async def hold(thing):  # type: ignore[no-untyped-def]
        return thing

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        await saga.step(hold, thing)

    assert detail(await stuck(journal, wrong)) == "a bug: TypeError"


async def test_a_result_of_another_type_is_not_recorded(journal: Place) -> None:
    async def number() -> int:
        return "seven"  # type: ignore[return-value]

    @flow("wrong")
    async def wrong(_thing: str, saga: Saga) -> int:
        return await saga.step(number)

    run = await stuck(journal, wrong)
    assert timeline(run) == ["do number stuck"]


async def test_a_result_that_comes_back_as_something_else_is_not_recorded(journal: Place) -> None:
    async def number() -> float:
        return math.nan  # which JSON does not know

    @flow("wrong")
    async def wrong(_thing: str, saga: Saga) -> float:
        return await saga.step(number)

    run = await stuck(journal, wrong)
    assert timeline(run) == ["do number stuck"]


async def test_no_undo_is_promised_after_the_point_of_no_return(journal: Place) -> None:
    calls = Calls()
    hold, release = calls.step("hold"), calls.step("release")

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        saga.point_of_no_return()
        await saga.step(hold, thing, undo=release)

    assert detail(await stuck(journal, wrong)) == "a bug: ValueError"
    assert not calls


async def test_side_by_side_goes_only_through_together(journal: Place) -> None:
    calls = Calls()
    hold, pay = calls.step("hold"), calls.step("pay")

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        await asyncio.gather(saga.step(hold, thing), saga.step(pay, thing))

    assert detail(await stuck(journal, wrong)) == "a bug: RuntimeError"


async def test_only_steps_go_together_not_branches_of_several(journal: Place) -> None:
    calls = Calls()
    hold, pay = calls.step("hold"), calls.step("pay")

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        async def branch(name: str) -> None:
            await saga.step(hold, thing, name=f"hold_{name}")
            await saga.step(pay, thing, name=f"pay_{name}")

        await saga.together(branch("a"), branch("b"))

    assert detail(await stuck(journal, wrong)) == "a bug: RuntimeError"


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
async def test_a_step_that_is_not_awaited_does_not_complete(journal: Place) -> None:
    calls = Calls()
    hold = calls.step("hold")

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        saga.step(hold, thing)  # type: ignore[unused-coroutine]

    assert detail(await stuck(journal, wrong)) == "asked for and never awaited: hold"


async def test_a_bug_is_not_swallowed_by_the_flow(journal: Place) -> None:
    calls = Calls()
    broken, after = calls.step("broken", KeyError()), calls.step("after")

    @flow("wrong")
    async def wrong(thing: str, saga: Saga) -> None:
        try:
            await saga.step(broken, thing)
        except Exception:
            await saga.step(after, thing)

    await stuck(journal, wrong)
    assert calls == ["broken"]


def test_what_an_engine_is_given_is_checked_when_it_is_made() -> None:
    @flow("untyped")
    async def untyped(thing, saga):  # type: ignore[no-untyped-def]
        return thing, saga

    with pytest.raises(TypeError, match="annotate its two parameters"):
        _ = untyped.payload


async def test_outside_of_a_step_nothing_can_be_called(journal: Place) -> None:
    @flow("wrong")
    async def wrong(_thing: str, _saga: Saga) -> None:
        current()

    with entered(CALLER):
        run = await stuck(journal, wrong)
    assert detail(run) == "a bug: LookupError"


async def test_two_flows_of_one_name_are_refused(journal: Place) -> None:
    @flow("twin")
    async def twin(_thing: str, _saga: Saga) -> None: ...

    with pytest.raises(ValueError, match="two flows are named twin"):
        async with engine(journal, twin, twin):
            pass


async def typed(saga: Saga) -> None:
    """Never called: mypy, which reports an ignore that is not needed, is what tests these lines."""

    async def hold(_sku: str, quantity: int) -> int:
        return quantity

    async def release(sku: str, quantity: int) -> None: ...

    async def release_all() -> None: ...

    number: int = await saga.step(hold, "a", 1, undo=release)
    await saga.step(hold, "a", "b", undo=release)  # type: ignore[arg-type]
    await saga.step(hold, "a")  # type: ignore[arg-type]
    await saga.step(hold, "a", 1, undo=release_all)  # type: ignore[arg-type]
    word: str = await saga.step(hold, "a", number)  # type: ignore[arg-type]
    one, two = await saga.together(saga.step(hold, word, 1), saga.step(release, "a", 1))
    number = one
    word = two  # type: ignore[assignment]
