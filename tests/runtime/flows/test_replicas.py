"""Two replicas on one database: a dead one's runs are finished by the other, and only those."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
import pytest

from runtime.flows.replicated.lease import SILENCE
from tests.postgresql import database

ROOT = Path(__file__).parents[3]
RUNS = 40
SLOW = max(1.0, os.getloadavg()[0] / (2 * (os.cpu_count() or 1)))
"""How many times longer things take on a machine that is asked for more than it has."""
PROMISED = 10 * SLOW
PATIENCE = 60 * SLOW

pytestmark = pytest.mark.timeout(0)  # what waits here has a time-out of its own

CALLS = """
    create table call (key text not null, process text not null, at timestamptz default clock_timestamp())
"""


@contextmanager
def replica(url: str, name: str, runs: int) -> Iterator[subprocess.Popen[str]]:
    """Ready; it starts its runs when it is told to."""
    command = [sys.executable, "-m", "tests.runtime.flows.replica_process", url, name, str(runs)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


class World:
    """What the database says, asked beside the replicas."""

    def __init__(self, url: str, connection: Any) -> None:
        self.url = url
        self._connection = connection

    async def statuses(self, name: str) -> Counter[str]:
        query = "select status from strata.run where id like $1 || '-%'"
        return Counter(row["status"] for row in await self._connection.fetch(query, name))

    async def under_way(self, name: str) -> int:
        """Runs that have begun and not ended."""
        return int(
            await self._connection.fetchval(
                """
                select count(*) from strata.run r where id like $1 || '-%' and status = 'running'
                    and exists (select 1 from call where key like r.id || ':%')
                """,
                name,
            )
        )

    async def ended(self, name: str) -> float:
        """How long it took until all had ended."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        while (found := await self.statuses(name))["running"]:
            assert clock() - begin < PATIENCE, found
            await asyncio.sleep(0.05)
        return clock() - begin

    async def callers(self) -> dict[str, list[str]]:
        """Who called a key, in turn."""
        found: dict[str, list[str]] = {}
        for row in await self._connection.fetch("select key, process from call order by at"):
            found.setdefault(row["key"], []).append(row["process"])
        return found

    async def leases(self, pid: int | None = None) -> list[int]:
        """The backends of the sessions that hold a lease, of that process or of all."""
        return [
            row["pid"]
            for row in await self._connection.fetch(
                """
                select pid from pg_stat_activity
                where datname = current_database() and application_name like $1
                """,
                f"strata lease %:{pid or '%'}:%",
            )
        ]

    async def end(self, backend: int) -> None:
        await self._connection.execute("select pg_terminate_backend($1)", backend)


@pytest.fixture
async def world(postgresql: str) -> AsyncIterator[World]:
    async with database(postgresql) as url:
        connection = await asyncpg.connect(url)
        await connection.execute(CALLS)
        try:
            yield World(url, connection)
        finally:
            await connection.close()


@asynccontextmanager
async def under_load(world: World) -> AsyncIterator[subprocess.Popen[str]]:
    """Replica a, with most of its runs under way, beside a replica b with as many."""
    with replica(world.url, "a", RUNS) as a, replica(world.url, "b", RUNS) as b:
        go(a)
        go(b)
        async with asyncio.timeout(PATIENCE):
            while await world.under_way("a") < RUNS - 8:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        yield a


async def judged(world: World) -> None:
    """Every run ended as it should, the live replica's by itself, and of the other's runs nothing was
    called again but what was in flight."""
    for name in "ab":
        assert await world.statuses(name) == Counter(completed=RUNS * 4 // 5, failed=RUNS // 5)
    callers = await world.callers()
    assert {tuple(whos) for key, whos in callers.items() if key.startswith("b-")} == {("b",)}
    mine = {key: tuple(whos) for key, whos in callers.items() if key.startswith("a-")}
    # A call that a process was frozen in goes on when it is thawed, after its successor's.
    assert set(mine.values()) <= {("a",), ("b",), ("a", "b"), ("b", "a"), ("a", "a")}
    again = Counter(key.split(":")[0] for key, whos in mine.items() if len(whos) > 1)
    assert again
    assert max(again.values()) <= 2  # two steps go side by side


async def test_a_killed_replicas_runs_are_finished_by_the_other_within_ten_seconds(
    world: World,
) -> None:
    async with under_load(world) as a:
        a.kill()
        took = await world.ended("a")
        await world.ended("b")
    assert took < PROMISED
    await judged(world)


async def test_a_frozen_replicas_runs_are_finished_by_the_other_and_it_does_not_go_on_with_them(
    world: World,
) -> None:
    async with under_load(world) as a:
        a.send_signal(signal.SIGSTOP)
        took = await world.ended("a")
        await world.ended("b")
        a.send_signal(signal.SIGCONT)
        async with asyncio.timeout(PATIENCE):
            while not await world.leases(a.pid):  # noqa: ASYNC110 - until it is back
                await asyncio.sleep(0.05)
    assert took < PROMISED + SILENCE
    await judged(world)


async def test_a_replica_that_loses_its_session_breaks_off_and_its_runs_go_on_once(
    world: World,
) -> None:
    async with under_load(world) as a:
        async with asyncio.timeout(PATIENCE):
            while not (backends := await world.leases(a.pid)):  # noqa: ASYNC110 - if just taken again
                await asyncio.sleep(0.01)
        await world.end(*backends)
        took = await world.ended("a")
        await world.ended("b")
        assert await world.leases(a.pid)
    assert took < PROMISED
    await judged(world)
