"""What only the engine for several replicas has to get right."""

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
import orjson
import pytest
from dbos import DBOS

from runtime.flows.orders import judge
from runtime.flows.origin import remembered
from runtime.flows.replicated.opening import opened
from runtime.flows.replicated.replica import Replica, replica
from runtime.flows.rows import RunRow
from runtime.flows.run import Run
from runtime.flows.telling import is_news, told
from runtime.postgresql.schema import DatabaseTooNew
from runtime.problems import Unavailable
from runtime.settings import FlowSettings, SettingsError
from tests.postgresql import database
from tests.runtime.flows.engines import (
    CALLER,
    LIMITS,
    Database,
    ended,
    engine,
    make_context,
    order,
    replicated,
    started,
    tables,
    timeline,
    utc_now,
)
from tests.runtime.flows.restarts import hang, hanging, interrupted, two_steps
from tests.runtime.flows.steps import Calls
from tests.runtime.flows.test_waiting import YES, review, waiting

ROW = RunRow(
    "run-1", "two", "alice", '"it"', "hash", orjson.dumps(remembered(CALLER)).decode(), "running"
)


async def ask(place: Database, query: str, *values: Any) -> Any:
    connection = await asyncpg.connect(place.url)
    try:
        return await connection.fetchval(query, *values)
    finally:
        await connection.close()


async def test_a_run_whose_process_died_before_it_was_begun_is_begun(emptied: Database) -> None:
    calls = Calls()
    two = two_steps(calls.step("first"), calls.step("second"))
    async with tables(emptied) as (shared, kept):
        assert await kept.begin(ROW)
        async with replicated(shared, kept, two) as flows:
            run = await flows.wait("run-1", timeout=10)
    assert run.status == "completed"
    assert calls == ["first", "second"]


async def test_an_order_whose_process_died_before_it_was_carried_out_is_carried_out(
    emptied: Database,
) -> None:
    calls = Calls()
    stuck = two_steps(calls.step("first"), calls.step("second", KeyError("a bug"), None))
    async with tables(emptied) as (shared, kept), replicated(shared, kept, stuck) as flows:
        await ended(flows, stuck, "it")
        found = await kept.run("run-1")
        assert found is not None
        await kept.order(found, order("retry"), lambda *_: ())
        run = await flows.wait("run-1", timeout=10)
    assert run.status == "completed"
    assert calls == ["first", "second", "second"]


async def test_a_workflow_that_was_cancelled_behind_our_back_is_a_stuck_run(
    emptied: Database,
) -> None:
    calls = Calls()
    await interrupted(emptied, two_steps(calls.step("first"), hang))
    two = two_steps(calls.step("first"), calls.step("second"))
    async with tables(emptied) as (shared, kept):
        await DBOS.cancel_workflows_async(["test:run-1#0"])
        async with replicated(shared, kept, two) as flows:
            stuck = await flows.wait("run-1", timeout=10)
            await flows.order("run-1", order("retry"))
            run = await flows.wait("run-1", timeout=10)
    assert (stuck.status, (stuck.problem or {})["detail"]) == ("stuck", "DBOS says it is CANCELLED")
    assert run.status == "completed"
    assert calls == ["first", "second"]


async def test_a_run_of_another_version_is_left_to_the_replicas_of_that_version(
    emptied: Database,
) -> None:
    calls = Calls()
    await interrupted(emptied, two_steps(calls.step("first"), hang))
    two = two_steps(calls.step("first"), calls.step("second"))
    settings = FlowSettings(engine="dbos", database_url=emptied.url, application_version="2")
    async with opened(
        "test", [two], settings, clock=utc_now, make_context=make_context, limits=LIMITS
    ) as newer:
        await newer.recover()
        await ended(newer, two, "it", "run-2")
        left = await newer.wait("run-1", timeout=1)
        await newer.aclose()
    async with engine(emptied, two) as flows:
        run = await flows.wait("run-1", timeout=10)
    assert (left.status, run.status) == ("running", "completed")


async def test_without_its_lease_a_replica_takes_no_runs_and_breaks_off_those_it_has(
    emptied: Database,
) -> None:
    calls, again = Calls(), asyncio.Event()

    async def second(thing: str) -> str:
        if again.is_set():
            return thing
        try:
            return await hang(thing)
        finally:
            calls.called("broken off")
            again.set()

    two = two_steps(calls.step("first"), second)
    hanging.clear()
    async with tables(emptied) as (shared, kept), replicated(shared, kept, two) as flows:
        await started(flows, two, "it")
        await hanging.wait()
        await end_lease(emptied, shared)
        with pytest.raises(Unavailable):
            await started(flows, two, "it", "run-2")
        await calls.until("broken off")
        run = await flows.wait("run-1", timeout=10)
    assert calls == ["first", "broken off"]
    assert timeline(run) == ["do first ok", "do second ok"]


async def end_lease(place: Database, shared: Replica) -> None:
    lost = asyncio.create_task(shared.lease.lost.wait())  # it may be back before we are told
    await asyncio.sleep(0)
    await ask(
        place,
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1",
        f"strata lease {shared.executor}"[:63],
    )
    await lost


async def test_what_another_replica_is_told_or_ordered_reaches_a_run_that_waits_here(
    emptied: Database,
) -> None:
    calls = Calls()
    it = review(calls)
    async with tables(emptied) as (shared, kept), replicated(shared, kept, it) as flows:
        for run_id in ("told", "cancelled"):
            await started(flows, it, "it", run_id)
            await waiting(flows, run_id)
        one, two = await kept.run("told"), await kept.run("cancelled")
        assert one is not None
        assert two is not None
        await kept.tell(one, "decision", told(YES), is_news)
        await kept.order(two, order("cancel"), judge)
        runs = [await flows.wait(run_id, timeout=5) for run_id in ("told", "cancelled")]
    assert [run.status for run in runs] == ["completed", "failed"]


async def test_the_threads_of_the_process_outlive_the_engine(emptied: Database) -> None:
    async with engine(emptied):
        pass
    assert await asyncio.to_thread(lambda: 1) == 1


async def test_two_apis_share_the_replica_of_their_process(emptied: Database) -> None:
    runs: list[Run] = []
    calls = Calls()
    two = two_steps(calls.step("first"), calls.step("second"))
    settings = FlowSettings(engine="dbos", database_url=emptied.url)
    async with engine(emptied, two) as flows:
        async with opened(
            "more", [two], settings, clock=utc_now, make_context=make_context, limits=LIMITS
        ) as more:
            runs += [await ended(flows, two, "it"), await ended(more, two, "it")]
            listed = [await one.list() for one in (flows, more)]
            await more.aclose()
        runs.append(await ended(flows, two, "it", "run-2"))
    assert [run.status for run in runs] == ["completed"] * 3
    assert [[run.id for run in found] for found in listed] == [["run-1"], ["run-1"]]


async def test_what_is_kept_is_json_and_each_play_a_workflow(emptied: Database) -> None:
    two = two_steps(Calls().step("first"), Calls().step("second"))
    async with engine(emptied, two) as flows:
        await ended(flows, two, "it")
    formats = await ask(
        emptied, "select array_agg(distinct serialization) from dbos.operation_outputs"
    )
    state = await ask(
        emptied,
        "select status from dbos.workflow_status where workflow_uuid = 'test:run-1#0'",
    )
    assert formats == ["portable_json"]
    assert state == "SUCCESS"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://127.0.0.1:9/flows", "flows.database_url: ConnectionRefusedError"),
        ("postgresql://a:secret@127.0.0.1:port/flows", "flows.database_url: "),
    ],
)
async def test_a_database_that_cannot_be_used_stops_the_start(url: str, said: str) -> None:
    settings = FlowSettings(engine="dbos", database_url=url)
    with pytest.raises(SettingsError) as refused:
        async with opened(
            "test", [], settings, clock=utc_now, make_context=make_context, limits=LIMITS
        ):
            pass
    assert str(refused.value).startswith(said)
    assert "secret" not in str(refused.value)


async def test_a_database_of_a_later_version_is_refused(postgresql: str) -> None:
    async with database(postgresql) as url:
        async with engine(Database(url)):
            pass
        await ask(Database(url), "insert into strata.migration values (99) returning version")
        with pytest.raises(DatabaseTooNew, match="has version 99"):
            async with replica(url, "1", "test"):
                pass
