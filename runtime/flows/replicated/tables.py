"""What is remembered of the runs of one API beside what DBOS keeps of their steps."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
import orjson

from runtime.clock import Clock
from runtime.flows.journal import Judge, News
from runtime.flows.replicated import rows
from runtime.flows.replicated.rows import Known, begun, known, text
from runtime.flows.rows import RunRow, StepRow
from runtime.flows.run import Order, Status
from runtime.postgresql.failures import OUT_OF_ORDER
from runtime.problems import Unavailable


class Tables:
    """Everything raises Unavailable while PostgreSQL cannot be reached or cannot write."""

    def __init__(self, pool: asyncpg.Pool, engine: str, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._pool = pool

    async def begin(self, run: RunRow) -> Known | None:
        """It as it stands when it is new; one of that id stays as it is."""
        now = self.clock()
        values = run[:-2]  # all but the times
        n = await self._value(rows.BEGIN, self.engine, *values, now)
        return None if n is None else begun(n, run, now)

    async def run(self, run_id: str) -> Known | None:
        found = await self._seen("r.id = $2", run_id)
        return found[0] if found else None

    async def status(self, run_id: str) -> Status | None:
        status: Status | None = await self._value(rows.STATUS, self.engine, run_id)
        return status

    async def find(
        self,
        *,
        owner: str | None,
        flow: str | None,
        status: Status | None,
        limit: int,
        after: str | None = None,
    ) -> list[Known]:
        """The newest first, by when they were written and not by the clock."""
        terms = {"r.owner = ${}": owner, "r.flow = ${}": flow, "r.status = ${}": status}
        terms["r.n < (select n from strata.run where engine = $1 and id = ${})"] = after
        given = {term: value for term, value in terms.items() if value is not None}
        where = [term.format(number) for number, term in enumerate(given, 2)]
        end = f"order by r.n desc limit {int(limit)}"
        return await self._seen(" and ".join(where) or "true", *given.values(), end=end)

    async def family(self, run_id: str) -> list[Known]:
        """It and all whose ids are its own, a hyphen and more; the oldest first."""
        return await self._seen(
            "r.id = $2 or r.id > $3 and r.id < $4",
            run_id,
            f"{run_id}-",
            f"{run_id}.",  # "." is what follows "-" in ASCII
            end="order by r.n",
        )

    async def order(self, run: Known, order: Order, judge: Judge) -> int | None:
        """Write down an order with what it changes, and let a stuck run run: the play to begin then.
        What decides is how the run stands in the same transaction. Raises what `judge` does."""
        now = self.clock()
        async with self._locked(run.n) as connection:
            stands = known(await connection.fetchrow(f"{rows.SEEN} where r.n = $1", run.n))
            changed = judge(order, stands.row.status, stands.steps(), stands.orders)
            if changed is None:
                return None
            said = (order.action, order.reason, order.subject, order.client, order.step, now)
            what = rows.dumped([row._replace(at=text(now)) for row in changed])
            place = (run.n, len(stands.orders) + 1)
            await connection.execute(rows.GIVE_ORDER, *place, *said, what)
            await connection.execute(rows.COUNT_ORDER, run.n)
            play: int | None = await connection.fetchval(rows.REOPEN, run.n, now)
            return play

    async def tell(self, run: Known, event: str, value: str, is_news: News) -> None:
        """Write down what a run is told. Raises what `is_news` does."""
        async with self._locked(run.n) as connection:
            status = await connection.fetchval(rows.LOCK, run.n)
            held = await connection.fetchval(rows.HELD, run.n, event)
            if is_news(value, held, status):
                await connection.execute(rows.TELL, run.n, event, value, self.clock())
                await connection.execute(rows.COUNT_NEWS, run.n)

    async def told(self, n: int, event: str) -> str | None:
        """What a run was told under that name, as JSON."""
        value: str | None = await self._value(rows.HELD, n, event)
        return value

    async def news(self, runs: Sequence[int]) -> dict[int, int]:
        """How often each of them was told or ordered something."""
        found = await self._rows("select n, news from strata.run where n = any($1)", runs)
        return {row["n"]: row["news"] for row in found}

    async def mark(self, n: int, mark: StepRow, orders: int) -> bool:
        """Write down that a run came by, unless it has had more orders than that; whether it did."""
        row = orjson.dumps(mark._replace(at=text(self.clock()))._asdict()).decode()
        return await self._changed(rows.MARK, n, row, orders)

    async def end(
        self, n: int, status: Status, result: str | None, problem: str | None, orders: int
    ) -> bool:
        """End a run, unless it has had more orders than that; whether it did."""
        return await self._changed(rows.END, n, status, result, problem, self.clock(), orders)

    async def advance(self, n: int) -> int | None:
        """The play to begin of a run under way that has had orders since its last."""
        play: int | None = await self._value(rows.ADVANCE, n)
        return play

    async def taken_up(self, run: Known) -> int:
        """How often a run was taken up since it last got any further; not counted while it waits."""
        waits = any(row.outcome == "waiting" for row in run.steps())
        count: int = await self._value(rows.TAKEN_UP, run.n, len(run.taken), waits)
        return count

    async def abandoned(self) -> list[tuple[int, str, int, int, str | None]]:
        """n, id, play, orders and the state of DBOS's workflow, of runs that nobody drives."""
        return [tuple(row) for row in await self._rows(rows.ABANDONED, self.engine)]

    async def kept_no_longer(self, before: datetime, most: int) -> list[tuple[int, str, int]]:
        """n, id and last play of runs that ended before then, with all of their family."""
        return [
            tuple(row) for row in await self._rows(rows.KEPT_NO_LONGER, self.engine, before, most)
        ]

    async def delete(self, runs: Iterable[int]) -> None:
        await self._value("delete from strata.run where n = any($1)", list(runs))

    async def _seen(self, where: str, *values: Any, end: str = "") -> list[Known]:
        query = f"{rows.SEEN} where r.engine = $1 and ({where}) {end}"
        return [known(row) for row in await self._rows(query, self.engine, *values)]

    async def _rows(self, query: str, *values: Any) -> list[Any]:
        async with self._connection() as connection:
            found: list[Any] = await connection.fetch(query, *values)
            return found

    async def _value(self, query: str, *values: Any) -> Any:
        async with self._connection() as connection:
            return await connection.fetchval(query, *values)

    async def _changed(self, query: str, *values: Any) -> bool:
        async with self._connection() as connection:
            return bool(await connection.execute(query, *values) != "UPDATE 0")

    @asynccontextmanager
    async def _locked(self, n: int) -> AsyncIterator[Any]:
        """A transaction in which nobody else orders, tells, marks or ends the run."""
        async with self._connection() as connection, connection.transaction():
            await connection.fetchval(rows.LOCK, n)
            yield connection

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire() as connection:
                yield connection
        except OUT_OF_ORDER as error:
            raise Unavailable(
                f"the flows' database is out of order: {type(error).__name__}", retry_after=5
            ) from error
