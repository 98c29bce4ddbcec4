"""Runs are forgotten when they ended long ago, and nothing else is."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped] # it has no types

from runtime.flows.flow import flow
from runtime.flows.journal import Journal
from runtime.flows.replicated.forgetting import Forgetting
from runtime.flows.saga import Saga
from runtime.problems import Rejected
from tests.runtime.flows.engines import CALLER, LIMITS, Place, ended, engine, started, tables
from tests.runtime.flows.steps import Calls

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)
calls = Calls()
work = calls.step("work")
refuse = calls.step("refuse", Rejected("no"))


@flow("done")
async def done(thing: str, saga: Saga) -> None:
    await saga.step(work, thing)


@flow("refused")
async def refused(thing: str, saga: Saga) -> None:
    await saga.step(refuse, thing)


@flow("stuck")
async def stuck(thing: str, saga: Saga) -> None:
    saga.point_of_no_return()
    await saga.step(refuse, thing)


@flow("waits")
async def waits(_thing: str, saga: Saga) -> None:
    await saga.wait_event("word", str)


FLOWS = (done, refused, stuck, waits)
IDS = ("done", "refused", "stuck", "waits", "kept", "kept-child", "gone", "gone-child")


async def begin(journal: Place) -> None:
    """On New Year all but one, which ends 29 days later."""
    async with engine(journal, *FLOWS, clock=lambda: NEW_YEAR) as flows:
        for it in FLOWS[:3]:
            await ended(flows, it, "it", it.name)
        await started(flows, waits, "it", "waits")
        for run_id in ("kept", "gone", "gone-child"):
            await ended(flows, done, "it", run_id)
    async with engine(journal, *FLOWS, clock=lambda: NEW_YEAR + timedelta(days=29)) as flows:
        await ended(flows, done, "it", "kept-child")


async def left(journal: Place) -> set[str]:
    async with engine(journal, *FLOWS) as flows:
        return {run_id for run_id in IDS if await flows.get(run_id)}


async def forget(journal: Place, before: datetime, most: int) -> None:
    """All that ended before then, so many at once."""
    if isinstance(journal, Path):
        opened = Journal(journal)
        while await opened.forget(before, most):
            pass
        await opened.aclose()
    else:
        async with tables(journal) as (_, kept):
            while await Forgetting(kept).forget(before, most):
                pass


async def recorded(journal: Place) -> set[str]:
    """Of which runs there is any step."""
    if isinstance(journal, Path):
        with closing(sqlite3.connect(journal)) as connection:
            rows = connection.execute("select id from run where n in (select run from step)")
            return {run_id for (run_id,) in rows}
    connection = await asyncpg.connect(journal.url)
    rows = await connection.fetch("select workflow_uuid from dbos.operation_outputs")
    await connection.close()
    return {row["workflow_uuid"].partition(":")[2].partition("#")[0] for row in rows}


async def test_what_ended_before_with_all_of_its_family_is_forgotten(journal: Place) -> None:
    await begin(journal)
    gone = []
    for days in (-1, 1, 28, 30):
        await forget(journal, NEW_YEAR + timedelta(days=days), most=1)
        gone.append(set(IDS) - await left(journal))
    old = {"done", "refused", "gone", "gone-child"}
    assert gone == [set(), old, old, old | {"kept", "kept-child"}]


async def test_nothing_of_it_is_left(journal: Place) -> None:
    await begin(journal)
    await forget(journal, NEW_YEAR + timedelta(days=30), most=100)
    assert await recorded(journal) == {"stuck", "waits"}


async def test_an_engine_forgets_by_itself_and_takes_the_key_for_a_new_run(journal: Place) -> None:
    await begin(journal)
    month = replace(LIMITS, retention=30 * 86400.0, cleaning=0.01)
    clock = [NEW_YEAR + timedelta(days=29.9)]
    async with engine(journal, *FLOWS, limits=month, clock=lambda: clock[0]) as flows:
        await flows.recover()
        first = await flows.start(done, "done", "it", owner="alice", context=CALLER)
        clock[0] += timedelta(days=1)
        async with asyncio.timeout(5):
            while await flows.get("done"):  # noqa: ASYNC110 - nobody tells that it is gone
                await asyncio.sleep(0.005)
        second = await flows.start(done, "done", "it", owner="alice", context=CALLER)
    assert (first.created, second.created) == (False, True)


async def test_a_family_is_listed_the_oldest_first(journal: Place) -> None:
    await begin(journal)
    async with engine(journal, *FLOWS) as flows:
        families = [[run.id for run in await flows.family(run_id)] for run_id in ("kept", "k", "")]
    assert families == [["kept", "kept-child"], [], []]
