"""What a run keeps over a restart."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from pydantic import BaseModel
from structlog.testing import capture_logs

from runtime.context import Context, current
from runtime.flows.flow import Flow, flow
from runtime.flows.saga import Saga
from runtime.problems import Rejected, Unavailable
from tests.runtime.flows.engines import CALLER, LIMITS, Place, ended, engine, started, timeline
from tests.runtime.flows.restarts import CALL_OFF, hang, interrupted, recovered, two_steps
from tests.runtime.flows.steps import Calls, Do


async def test_recorded_steps_are_not_called_again(journal: Place) -> None:
    calls = Calls()
    await interrupted(journal, two_steps(calls.step("first"), hang))
    run = await recovered(journal, two_steps(calls.step("first"), calls.step("second")))
    assert calls == ["first", "second"]
    assert (run.status, run.result) == ("completed", "second it")


async def test_closing_lets_the_running_step_end_and_begins_no_other(journal: Place) -> None:
    calls = Calls()

    async def slow(thing: str) -> str:
        await asyncio.sleep(0.02)
        return thing

    two = two_steps(slow, calls.step("second"))
    async with engine(journal, two) as flows:
        await started(flows, two, "it")
    assert not calls
    run = await recovered(journal, two)
    assert timeline(run) == ["do slow ok", "do second ok"]


async def test_an_undo_in_flight_is_broken_off_too_and_done_after_the_restart(
    journal: Place,
) -> None:
    calls = Calls()

    async def undo(_thing: str) -> None:
        calls.append("undo begins")
        try:
            await hang("")
        finally:
            calls.append("undo broken off")

    def declined(undo: Do | Callable[[str], Awaitable[None]]) -> Flow[str, str]:
        declined = calls.step("declined", Rejected("no"))

        @flow("declined")
        async def flown(thing: str, saga: Saga) -> str:
            return await saga.step(declined, thing, undo=undo)

        return flown

    await interrupted(journal, declined(undo))
    assert calls == ["declined", "undo begins", "undo broken off"]
    run = await recovered(journal, declined(calls.step("undo")))
    assert calls[3:] == ["undo"]
    assert run.status == "failed"


async def test_a_recorded_failure_takes_the_same_branch_again(journal: Place) -> None:
    calls = Calls()

    def either(declined: Do, last: Do) -> Flow[str, str]:
        other = calls.step("other")

        @flow("either")
        async def either(thing: str, saga: Saga) -> str:
            with suppress(Rejected):
                return await saga.step(declined, thing, name="declined")
            await saga.step(other, thing)
            return await saga.step(last, thing, name="last")

        return either

    await interrupted(journal, either(calls.step("declined", Rejected("no")), hang))
    run = await recovered(journal, either(calls.step("declined"), calls.step("last")))
    assert calls == ["declined", "other", "last"]
    assert run.status == "completed"


async def test_steps_side_by_side_are_told_apart_by_name_not_by_who_was_faster(
    journal: Place,
) -> None:
    calls = Calls()

    def pair(slow: Do) -> Flow[str, str]:
        fast = calls.step("fast")

        @flow("pair")
        async def pair(thing: str, saga: Saga) -> str:
            one, two = await saga.together(
                saga.step(slow, thing, name="slow"), saga.step(fast, thing)
            )
            return f"{one}, {two}"

        return pair

    await interrupted(journal, pair(hang))
    run = await recovered(journal, pair(calls.step("slow")))
    assert calls == ["fast", "slow"]
    assert run.result == "slow it, fast it"


class Price(BaseModel):
    amount: Decimal


async def test_results_come_back_as_the_type_the_step_declares(journal: Place) -> None:
    async def price(_thing: str) -> Price:
        return Price(amount=Decimal("1.10"))

    async def parts(_thing: str) -> dict[str, tuple[int, Price]]:
        return {"a": (1, Price(amount=Decimal(2)))}

    def quoted(last: Do) -> Flow[str, Price]:
        @flow("quoted")
        async def quoted(thing: str, saga: Saga) -> Price:
            one = await saga.step(price, thing)
            more = await saga.step(parts, thing)
            await saga.step(last, thing, name="last")
            return Price(amount=one.amount + more["a"][1].amount)

        return quoted

    await interrupted(journal, quoted(hang))
    run = await recovered(journal, quoted(Calls().step("last")))
    assert run.result == {"amount": "3.10"}


async def test_who_and_which_trace_outlive_the_process_and_the_deadline_is_new(
    journal: Place,
) -> None:
    seen: list[Context] = []

    async def look(thing: str) -> str:
        seen.append(current())
        assert 0 < current().remaining() <= LIMITS.step
        return thing

    await interrupted(journal, two_steps(Calls().step("first"), hang))
    with capture_logs() as lines:
        await recovered(journal, two_steps(Calls().step("first"), look))
    (context,) = seen
    assert context.identity == CALLER.identity
    assert (context.api, context.request_id) == (CALLER.api, CALLER.request_id)
    assert (context.trace_id, context.parent_span_id) == (CALLER.trace_id, CALLER.span_id)
    assert context.idempotency_key == "run-1:second"
    (line,) = (line for line in lines if line["event"] == "flow_step")
    assert line.pop("ms") >= 0
    assert line == {
        "event": "flow_step",
        "log_level": "info",
        "flow": "two",
        "run": "run-1",
        "step": "second",
        "kind": "do",
        "outcome": "ok",
        "attempts": 1,
        **replace(context, idempotency_key=None).log_fields(),  # the run and step say it already
    }
    finished = {"event": "flow_finished", "run": "run-1", "status": "completed"}
    finished |= {"trace_id": CALLER.trace_id, "parent_span_id": CALLER.span_id}
    assert any(finished.items() <= line.items() for line in lines)


async def test_after_a_restart_the_step_in_flight_waits_for_its_backend(journal: Place) -> None:
    calls = Calls()
    await interrupted(journal, two_steps(calls.step("first"), hang))
    starting = calls.step("second", Unavailable("starting"), None)
    run = await recovered(journal, two_steps(calls.step("first"), starting))
    assert run.status == "completed"


async def test_many_runs_are_recovered_a_few_calls_at_a_time(journal: Place) -> None:
    most = now = 0

    async def second(thing: str) -> str:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1
        return thing

    interrupted = two_steps(Calls().step("first"), hang)
    async with engine(journal, interrupted, limits=CALL_OFF) as flows:
        for number in range(12):
            await started(flows, interrupted, "it", f"run-{number}")
    two = two_steps(Calls().step("first"), second)
    async with engine(journal, two, limits=replace(LIMITS, recoveries=3)) as flows:
        assert await flows.recover() == 12
        runs = [await flows.wait(f"run-{number}", timeout=5) for number in range(12)]
    assert {run.status for run in runs} == {"completed"}
    assert most == 3


async def test_a_key_of_an_interrupted_run_takes_it_up_again(journal: Place) -> None:
    calls = Calls()
    await interrupted(journal, two_steps(calls.step("first"), hang))
    two = two_steps(calls.step("first"), calls.step("second"))
    async with engine(journal, two) as flows:
        run = await ended(flows, two, "it")
    assert run.status == "completed"
