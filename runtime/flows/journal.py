"""What is remembered of runs: an SQLite file that one process writes, durable at every commit."""
# ruff: noqa: S608  what is put into the statement are our own column names

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runtime.clock import Clock
from runtime.flows.rows import (
    END,
    FAMILY,
    FORGET,
    GET_EVENT,
    GET_ORDERS,
    GET_RUN,
    GET_STEPS,
    GIVE_ORDER,
    INSERT_RUN,
    KEPT_NO_LONGER,
    OPEN,
    ORDERS_GIVEN,
    REOPEN,
    RUN,
    TAKE_UP,
    TELL,
    WRITE_STEP,
    RunRow,
    StepRow,
)
from runtime.flows.run import Order, Status
from runtime.flows.schema import MIGRATIONS
from runtime.problems import Unavailable
from runtime.sqlite.file import connect, migrate
from runtime.sqlite.lock import FileLock
from runtime.sqlite.writer import Commit, Writer, commit

Judge = Callable[[Order, Status, Sequence[StepRow], Sequence[Order]], Sequence[StepRow] | None]
"""Of an order, the run's state, its steps and the orders it had: the steps that become others by it,
or None when there is nothing to do any more. Raises what it is refused with."""

News = Callable[[str, str | None, Status], bool]
"""Of what a run is told, what it was told before and its state: whether to write it down. Raises what
it is refused with."""


class Journal:
    """Writes raise Unavailable when the disk is full or failing, and work again when it is not."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        commit: Commit = commit,
    ) -> None:
        """Raises FileInUse or FileTooNew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        with ExitStack() as undone_if_it_fails:
            self._lock = FileLock(path)
            undone_if_it_fails.callback(self._lock.release)
            self._connection = connect(path)
            undone_if_it_fails.callback(self._connection.close)
            migrate(self._connection, path, MIGRATIONS)
            self._reader = connect(path)
            undone_if_it_fails.pop_all()
        self._reader.execute("pragma query_only=on")
        self._writer = Writer(self._connection, commit)
        self._ordered: dict[str, int] = {}

    async def begin(self, run: RunRow) -> RunRow | None:
        """The run as it is written down, if it is new; one of that id stays as it is."""
        now = self._now()
        row = run._replace(created_at=now, updated_at=now)
        new = await self._writer.write(lambda c: c.execute(INSERT_RUN, row).rowcount == 1)
        return row if new else None

    async def record(self, run_id: str, steps: Sequence[StepRow]) -> None:
        """Write down steps; one of the same place is replaced."""
        rows = _written(run_id, steps, self._now())

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(WRITE_STEP, rows)

        await self._writer.write(work)

    async def mark(self, run_id: str, mark: StepRow, orders: int) -> bool:
        """Write down that a run came by, unless it has had more orders than that; whether it did."""
        rows = _written(run_id, [mark], self._now())

        def work(connection: sqlite3.Connection) -> bool:
            if connection.execute(ORDERS_GIVEN, (run_id,)).fetchone() != (orders,):
                return False
            connection.executemany(WRITE_STEP, rows)
            return True

        return await self._writer.write(work)

    async def end(
        self, run_id: str, status: Status, result: str | None, problem: str | None, orders: int
    ) -> bool:
        """End a run, unless it has had more orders than that; whether it did."""
        row = (status, result, problem, self._now(), run_id, run_id, orders)
        return await self._writer.write(lambda c: c.execute(END, row).rowcount == 1)

    async def order(self, run_id: str, order: Order, judge: Judge) -> None:
        """Write down an order with what it changes, and let a stuck run run. What decides is how the
        run stands in the same transaction. Raises what `judge` does."""
        now = self._now()

        def work(connection: sqlite3.Connection) -> int:
            run = RunRow(*connection.execute(GET_RUN, (run_id,)).fetchone())
            steps = [StepRow(*row) for row in connection.execute(GET_STEPS, (run_id,))]
            given = [_order(row) for row in connection.execute(GET_ORDERS, (run_id,))]
            if (changed := judge(order, run.status, steps, given)) is None:
                return len(given)
            row = (order.action, order.reason, order.subject, order.client, order.step, now)
            connection.execute(GIVE_ORDER, (run_id, len(given) + 1, *row))
            connection.executemany(WRITE_STEP, _written(run_id, changed, now))
            connection.execute(REOPEN, (now, run_id))
            return len(given) + 1

        self._ordered[run_id] = await self._writer.write(work)

    async def tell(self, run_id: str, event: str, value: str, is_news: News) -> None:
        """Write down what a run is told. Raises what `is_news` does."""
        now = self._now()

        def work(connection: sqlite3.Connection) -> None:
            run = RunRow(*connection.execute(GET_RUN, (run_id,)).fetchone())
            held = connection.execute(GET_EVENT, (run_id, event)).fetchone()
            if is_news(value, held and held[0], run.status):
                connection.execute(TELL, (run_id, event, value, now))

        await self._writer.write(work)

    async def take_up(self) -> list[tuple[str, int]]:
        """The ids of what is unfinished, the oldest first, each with how often it was taken up since
        it last got any further; not counted while it waits."""

        def work(connection: sqlite3.Connection) -> list[tuple[str, int]]:
            taken = sorted(connection.execute(TAKE_UP).fetchall())
            return [(run_id, fruitless) for _, run_id, fruitless in taken]

        return await self._writer.write(work)

    async def forget(self, before: datetime, most: int) -> int:
        """Delete so many runs at most that ended before then, with all of their family; how many."""
        asked = {"before": _text(before), "most": most}

        def work(connection: sqlite3.Connection) -> int:
            rows = connection.execute(KEPT_NO_LONGER, asked).fetchall()
            for table in FORGET:
                connection.executemany(f"delete from {table} where run = ?", rows)
            connection.executemany("delete from run where n = ?", rows)
            return len(rows)

        return await self._writer.write(work)

    def run(self, run_id: str) -> RunRow | None:
        rows = self._rows(GET_RUN, run_id)
        return RunRow(*rows[0]) if rows else None

    def steps(self, run_id: str) -> list[StepRow]:
        """In the order the flow asked for them."""
        return [StepRow(*row) for row in self._rows(GET_STEPS, run_id)]

    def orders(self, run_id: str) -> list[Order]:
        """The oldest first."""
        return [_order(row) for row in self._rows(GET_ORDERS, run_id)]

    def ordered_since(self, run_id: str, orders: int) -> bool:
        """Whether it has had more orders than that, which were all there were when it was taken up.

        Remembered rather than read: every step asks, and only this process gives orders.
        """
        return self._ordered.get(run_id, 0) > orders

    def find(
        self,
        *,
        owner: str | None,
        flow: str | None,
        status: Status | None,
        limit: int,
        after: str | None = None,
    ) -> list[RunRow]:
        """The newest first, by when they were written and not by the clock."""
        wanted = {"owner": owner, "flow": flow, "status": status}
        terms = {f"{name} = ?": value for name, value in wanted.items() if value is not None}
        if after is not None:
            terms["n < (select n from run where id = ?)"] = after
        where = " and ".join([*terms, OPEN if status not in {None, "completed"} else "true"])
        sql = f"select {RUN} from run where {where} order by n desc limit ?"
        return [RunRow(*row) for row in self._rows(sql, *terms.values(), limit)]

    def family(self, run_id: str) -> list[RunRow]:
        """It and all whose ids are its own, a hyphen and more; the oldest first."""
        # "." is what follows "-" in ASCII.
        return [RunRow(*row) for row in self._rows(FAMILY, run_id, f"{run_id}-", f"{run_id}.")]

    def told(self, run_id: str, event: str) -> str | None:
        """What it was told under that name, as JSON."""
        rows = self._rows(GET_EVENT, run_id, event)
        return str(rows[0][0]) if rows else None

    async def aclose(self) -> None:
        """Write what is pending, and let the next process in."""
        await self._writer.aclose()
        self._reader.close()
        self._connection.close()
        self._lock.release()

    def now(self) -> datetime:
        """By the clock that its times are written by."""
        return self._clock()

    def _now(self) -> str:
        return _text(self._clock())

    def _rows(self, sql: str, *values: str | int) -> list[Any]:
        try:
            return self._reader.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            raise Unavailable(f"the journal cannot be read: {error}", retry_after=5) from error


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _written(run_id: str, steps: Sequence[StepRow], now: str) -> list[tuple[Any, ...]]:
    return [(run_id, *step._replace(at=now)) for step in steps]


def _order(row: Sequence[Any]) -> Order:
    action, reason, subject, client, step, at = row
    return Order(action, reason, subject, client, step, datetime.fromisoformat(at))
