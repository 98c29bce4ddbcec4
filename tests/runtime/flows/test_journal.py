"""The file: one process at a time, all or nothing, and honest when the disk is full."""

import asyncio
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import pytest
from structlog.testing import capture_logs

from runtime.flows.flow import Flow, flow
from runtime.flows.journal import Journal
from runtime.flows.orders import NotSkippable
from runtime.flows.origin import remembered
from runtime.flows.rows import INSERT_RUN, RunRow, StepRow
from runtime.flows.saga import Saga
from runtime.flows.schema import MIGRATIONS
from runtime.problems import Unavailable
from runtime.sqlite.file import FileTooNew, connect
from runtime.sqlite.lock import FileInUse
from runtime.sqlite.writer import Writer, commit
from tests.runtime.flows.engines import CALLER, ended, engine, order, started
from tests.runtime.flows.steps import Calls, Do

ROOT = Path(__file__).parents[3]
ROW = RunRow("run-1", "test", "alice", "{}", "hash", "{}")
STEP = StepRow(1, "do", "hold", "ok", "null", 1)
CONTEXT = orjson.dumps(remembered(CALLER)).decode()

HOLD = """
import sys, time
from pathlib import Path
from runtime.flows.journal import Journal
journal = Journal(Path(sys.argv[1]))
print("open", flush=True)
time.sleep(60)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "flows.db"


@contextmanager
def another_process(journal: Path) -> Iterator[subprocess.Popen[str]]:
    """One that has the journal open."""
    arguments = [sys.executable, "-c", HOLD, str(journal)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        try:
            yield other
        finally:
            other.kill()


async def test_a_second_process_is_refused_and_told_the_file_until_the_first_is_killed(
    journal: Path,
) -> None:
    with another_process(journal) as other:
        with pytest.raises(FileInUse, match=f"flows.db is in use by process {other.pid}"):
            Journal(journal)
        other.send_signal(signal.SIGKILL)
        other.wait()
        await Journal(journal).aclose()


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process can grow beyond what the journal has in its log."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def held(do: Do) -> Flow[str, str]:
    @flow("held")
    async def held(thing: str, saga: Saga) -> str:
        return await saga.step(do, thing)

    return held


async def test_a_full_disk_refuses_new_runs_with_503_and_takes_them_when_there_is_space(
    journal: Path,
) -> None:
    hold = held(Calls().step("hold"))
    async with engine(journal, hold) as flows:
        first = await ended(flows, hold, "it")
        with full_disk(journal), capture_logs(), pytest.raises(Unavailable) as refused:
            await started(flows, hold, "it", "run-2")
        assert await flows.get("run-2") is None
        assert await flows.get("run-1") == first
        again = await ended(flows, hold, "it", "run-2")
    assert refused.value.code == 503
    assert again.status == "completed"


async def test_a_run_that_meets_a_full_disk_waits_and_repeats_nothing(journal: Path) -> None:
    calls, space = Calls(), asyncio.Event()
    hold = calls.step("hold")

    async def wait_and_hold(thing: str) -> str:
        await space.wait()
        return await hold(thing)

    flow = held(wait_and_hold)
    with capture_logs() as lines:
        async with engine(journal, flow) as flows:
            await started(flows, flow, "it")
            with full_disk(journal):
                space.set()
                async with asyncio.timeout(5):
                    while all(line["event"] != "flow_journal_unavailable" for line in lines):
                        waiting = await flows.wait("run-1", timeout=0.005)
            run = await flows.wait("run-1", timeout=5)
    assert (waiting.status, waiting.steps) == ("running", ())
    assert calls == ["hold"]
    assert run.status == "completed"


async def test_pending_writes_of_many_runs_share_a_commit(journal: Path) -> None:
    commits = 0

    def counted(connection: sqlite3.Connection) -> None:
        nonlocal commits
        commits += 1
        commit(connection)

    opened = Journal(journal, commit=counted)
    await asyncio.gather(*(opened.begin(ROW._replace(id=f"run-{n}")) for n in range(200)))
    written = len(await opened.take_up())
    await opened.aclose()
    assert written == 200
    assert commits < 50


async def test_a_write_that_is_wrong_fails_alone(journal: Path) -> None:
    opened = Journal(journal)
    await opened.begin(ROW)
    good, bad = [STEP], [STEP._replace(seq=2, detail=b"\xff".decode("utf-8", "surrogateescape"))]
    results = await asyncio.gather(
        opened.record("run-1", bad), opened.record("run-1", good), return_exceptions=True
    )
    steps = opened.steps("run-1")
    await opened.aclose()
    assert [type(result) for result in results] == [UnicodeEncodeError, type(None)]
    assert [step.seq for step in steps] == [1]


async def test_several_steps_are_written_all_or_none(journal: Path) -> None:
    opened = Journal(journal)
    await opened.begin(ROW)
    with pytest.raises(UnicodeEncodeError):
        await opened.record("run-1", [STEP, STEP._replace(seq=2, name="\udcff")])
    steps = opened.steps("run-1")
    await opened.aclose()
    assert not steps


async def test_a_cursor_does_not_leave_the_thread_that_writes(journal: Path) -> None:
    """Dropped by another thread, it broke the statement under way: `bad parameter or other API misuse`."""
    with closing(connect(journal)) as connection:
        writer = Writer(connection)
        given: object = await writer.write(lambda c: c.execute("create table kept (n)"))
        tables = await writer.write(
            lambda c: c.execute("select name from sqlite_master").fetchall()
        )
        await writer.aclose()
    assert given is None
    assert tables == [("kept",)]


async def test_every_commit_is_flushed_to_the_disk(journal: Path) -> None:
    opened = Journal(journal)
    settings = [
        opened._connection.execute(f"pragma {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    ]
    await opened.aclose()
    assert settings == ["wal", 2]


async def test_closing_writes_what_is_pending(journal: Path) -> None:
    opened = Journal(journal)
    writing = [asyncio.create_task(opened.begin(ROW._replace(id=f"{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await opened.aclose()
    assert all(await asyncio.gather(*writing))
    with pytest.raises(Unavailable):
        await opened.begin(ROW)


async def test_a_file_of_a_later_version_is_refused_and_left_unlocked(journal: Path) -> None:
    await Journal(journal).aclose()
    with sqlite3.connect(journal) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    for _ in range(2):
        with pytest.raises(FileTooNew, match="version 99"):
            Journal(journal)


async def test_nobody_else_may_read_the_file(journal: Path) -> None:
    opened = Journal(journal)
    await opened.begin(ROW)
    modes = {path.name: path.stat().st_mode & 0o777 for path in journal.parent.iterdir()}
    await opened.aclose()
    assert set(modes.values()) == {0o600}
    assert "flows.db-wal" in modes


async def test_a_file_of_the_version_before_is_taken_over_and_its_stuck_steps_are_not_skipped(
    journal: Path,
) -> None:
    with closing(sqlite3.connect(journal)) as older:
        older.executescript(f"{MIGRATIONS[0]} pragma user_version=1")
        run = ROW._replace(flow="held", payload='"it"', status="stuck", context=CONTEXT)
        moment = "2030-01-01T00:00:00+00:00"
        older.execute(INSERT_RUN, run._replace(created_at=moment, updated_at=moment))
        step = (1, 1, "do", "hold", "stuck", "{}", 1, moment)
        older.execute("insert into step values (?,?,?,?,?,?,?,?)", step)
        older.commit()
    async with engine(journal, held(Calls().step("hold"))) as flows:
        with pytest.raises(NotSkippable):
            await flows.order("run-1", order("skip", "hold"))
        await flows.order("run-1", order("retry"))
        ended = await flows.wait("run-1", timeout=5)
    assert (ended.status, ended.result) == ("completed", "hold it")
