"""What is remembered of runs: an SQLite file that one process writes, durable at every commit."""
# ruff: noqa: S608  what is put into the statements are our own column names

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from runtime.clock import Clock
from runtime.flows.lock import FileLock
from runtime.flows.run import Kind, Status, Verdict
from runtime.flows.schema import connect, migrate
from runtime.flows.writer import Commit, Writer, commit
from runtime.problems import Unavailable


class RunRow(NamedTuple):
    """JSON and times are text, times in UTC."""

    id: str
    flow: str
    owner: str
    payload: str
    payload_hash: str
    context: str
    status: Status = "running"
    result: str | None = None
    problem: str | None = None
    created_at: str = ""
    updated_at: str = ""


class StepRow(NamedTuple):
    seq: int
    kind: Kind
    name: str
    outcome: Verdict
    detail: str
    attempts: int
    at: str = ""


_RUN = ", ".join(RunRow._fields)
_STEP = ", ".join(StepRow._fields)
_OPEN = "status <> 'completed'"
"""What the index on status asks for; it leaves out the many that need nobody's attention."""

_INSERT_RUN = f"insert into run ({_RUN}) values (?,?,?,?,?,?,?,?,?,?,?) on conflict (id) do nothing"
_END = "update run set status = ?, result = ?, problem = ?, updated_at = ? where id = ?"
_REOPEN = """
    update run set status = 'running', problem = null, updated_at = ?
    where id = ? and status = 'stuck'
"""
_GET_RUN = f"select {_RUN} from run where id = ?"
_UNFINISHED = f"select id from run where status = 'running' and {_OPEN} order by n"
_GET_STEPS = f"select {_STEP} from step where run = (select n from run where id = ?) order by seq"
_WRITE_STEP = f"""
    insert into step (run, {_STEP}) values ((select n from run where id = ?),?,?,?,?,?,?,?)
    on conflict (run, seq) do update set
        outcome = excluded.outcome, detail = excluded.detail, attempts = excluded.attempts,
        at = excluded.at
"""


class Journal:
    """Writes raise Unavailable when the disk is full or failing, and work again when it is not."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        commit: Commit = commit,
    ) -> None:
        """Raises JournalLocked or JournalTooNew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        with ExitStack() as undone_if_it_fails:
            self._lock = FileLock(path)
            undone_if_it_fails.callback(self._lock.release)
            self._connection = connect(path)
            undone_if_it_fails.callback(self._connection.close)
            migrate(self._connection, path)
            self._reader = connect(path)
            undone_if_it_fails.pop_all()
        self._reader.execute("pragma query_only=on")
        self._writer = Writer(self._connection, commit)

    async def begin(self, run: RunRow) -> bool:
        """Whether it is new; one of that id stays as it is."""
        now = self._now()
        row = run._replace(created_at=now, updated_at=now)
        return await self._writer.write(lambda c: c.execute(_INSERT_RUN, row).rowcount == 1)

    async def record(self, run_id: str, steps: Sequence[StepRow]) -> None:
        """Write down steps; one of the same place is replaced."""
        now = self._now()
        rows = [(run_id, *step._replace(at=now)) for step in steps]
        await self._writer.write(lambda c: c.executemany(_WRITE_STEP, rows))

    async def end(
        self, run_id: str, status: Status, result: str | None, problem: str | None
    ) -> None:
        row = (status, result, problem, self._now(), run_id)
        await self._writer.write(lambda c: c.execute(_END, row))

    async def reopen(self, run_id: str) -> bool:
        """Make a stuck run a running one; whether it was stuck."""
        row = (self._now(), run_id)
        return await self._writer.write(lambda c: c.execute(_REOPEN, row).rowcount == 1)

    def run(self, run_id: str) -> RunRow | None:
        rows = self._rows(_GET_RUN, run_id)
        return RunRow(*rows[0]) if rows else None

    def steps(self, run_id: str) -> list[StepRow]:
        """In the order the flow asked for them."""
        return [StepRow(*row) for row in self._rows(_GET_STEPS, run_id)]

    def find(
        self, *, owner: str | None, flow: str | None, status: Status | None, limit: int
    ) -> list[RunRow]:
        """The newest first, by when they were written and not by the clock."""
        wanted = {"owner": owner, "flow": flow, "status": status}
        terms = {f"{name} = ?": value for name, value in wanted.items() if value is not None}
        where = " and ".join([*terms, _OPEN if status not in {None, "completed"} else "true"])
        sql = f"select {_RUN} from run where {where} order by n desc limit ?"
        return [RunRow(*row) for row in self._rows(sql, *terms.values(), limit)]

    def unfinished(self) -> list[str]:
        """Ids, the oldest first."""
        return [run_id for (run_id,) in self._rows(_UNFINISHED)]

    async def aclose(self) -> None:
        """Write what is pending, and let the next process in."""
        await self._writer.aclose()
        self._reader.close()
        self._connection.close()
        self._lock.release()

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")

    def _rows(self, sql: str, *values: str | int) -> list[Any]:
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise Unavailable(f"the journal cannot be read: {error}", retry_after=5) from error
