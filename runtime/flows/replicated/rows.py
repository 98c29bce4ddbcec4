"""What is read of a run, and the statements that read and write it."""
# ruff: noqa: S608  what is put into the statements are our own column names

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from runtime.flows.rows import RUN, RunRow, StepRow
from runtime.flows.run import Order, Run
from runtime.flows.views import view

WORKFLOW = "r.engine || ':' || r.id || '#' || {play}"
"""The id of the DBOS workflow that is a play of a run: `workflow_id` in SQL."""

SEEN = f"""
    select r.n, r.play, r.news, r.mark, {", ".join(f"r.{name}" for name in RUN.split(", "))},
        (
            select json_agg(json_build_array(
                o.action, o.reason, o.subject, o.client, o.step, o.at, o.changed
            ) order by o.seq)
            from strata.run_order o where o.run = r.n
        ) as given,
        (
            select json_agg(json_build_array(p, s.output::json) order by p, s.function_id)
            from generate_series(0, r.play) p
            join dbos.operation_outputs s on s.workflow_uuid = {WORKFLOW.format(play="p")}
            where s.output is not null
        ) as taken
    from strata.run r
"""
"""In one statement, and so of one moment. dbos.operation_outputs is one of the tables DBOS documents."""

BEGIN = f"""
    insert into strata.run (engine, {RUN}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
    on conflict (engine, id) do nothing returning n
"""
STATUS = "select status from strata.run where engine = $1 and id = $2"
LOCK = "select status from strata.run where n = $1 for update"
GIVE_ORDER = "insert into strata.run_order values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
COUNT_ORDER = """
    update strata.run set orders = orders + 1, news = news + 1, touched = now() where n = $1
"""
REOPEN = """
    update strata.run set status = 'running', problem = null, fruitless = 0, play = orders,
        updated_at = $2
    where n = $1 and status = 'stuck' returning play
"""
MARK = "update strata.run set mark = $2 where n = $1 and orders = $3"
END = """
    update strata.run set status = $2, result = $3, problem = $4, updated_at = $5
    where n = $1 and orders = $6 and status = 'running'
"""
ADVANCE = """
    update strata.run set play = orders, touched = now()
    where n = $1 and play < orders and status = 'running' returning play
"""
TAKEN_UP = """
    update strata.run set reached = $2, fruitless = case
        when reached < $2 then 1 when $3 then 0 else fruitless + 1
    end
    where n = $1 returning fruitless
"""
HELD = "select value from strata.event where run = $1 and name = $2"
TELL = "insert into strata.event values ($1, $2, $3, $4)"
COUNT_NEWS = "update strata.run set news = news + 1 where n = $1"
ABANDONED = f"""
    select r.n, r.id, r.play, r.orders, w.status
    from strata.run r
    left join dbos.workflow_status w on w.workflow_uuid = {WORKFLOW.format(play="r.play")}
    where r.engine = $1 and r.status = 'running' and r.touched < now() - interval '2 seconds'
        and (w.status is null or w.status not in ('PENDING', 'ENQUEUED', 'DELAYED'))
"""
"""Runs under way that no workflow drives: whoever was to begin their next play has died before."""

KEPT_NO_LONGER = """
    select old.n, old.id, old.play from strata.run as old
    where old.engine = $1 and old.status in ('completed', 'failed') and old.updated_at < $2
        and old.created_at < $2 and not exists (
            select 1 from strata.run as kin
            where kin.engine = old.engine and kin.id > old.id || '-' and kin.id < old.id || '.'
                and (kin.updated_at >= $2 or kin.status not in ('completed', 'failed'))
        )
    order by old.n limit $3
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A run as it stands. `taken`: its steps, each with the play it was taken in."""

    n: int
    play: int
    news: int
    row: RunRow
    mark: StepRow | None
    orders: tuple[Order, ...]
    changes: tuple[tuple[StepRow, ...], ...]
    """What each of the orders made of steps taken before it."""
    taken: tuple[tuple[int, StepRow], ...]

    def steps(self, before: int | None = None) -> list[StepRow]:
        """What holds of each turn, in the order the flow asked for them; by the plays before that."""
        held = {self.mark.seq: self.mark} if self.mark else {}
        by_play = [((p, 1), row) for p, row in self.taken if before is None or p < before]
        by_order = [((n, 0), row) for n, rows in enumerate(self.changes, 1) for row in rows]
        for _, row in sorted(by_play + by_order, key=lambda pair: pair[0]):
            held[row.seq] = row
        return [held[seq] for seq in sorted(held)]

    def seen(self) -> Run:
        """As others see it."""
        return view(self.row, self.steps(), self.orders)

    def taken_in(self, play: int) -> Counter[int]:
        """How much DBOS has of each turn from that play."""
        return Counter(row.seq for known, row in self.taken if known == play)


def begun(n: int, row: RunRow, at: datetime) -> Known:
    """A new run."""
    row = row._replace(created_at=text(at), updated_at=text(at))
    return Known(n, 0, 0, row, None, (), (), ())


def known(record: Mapping[str, Any]) -> Known:
    given = _json(record["given"])
    row = RunRow(*(record[name] for name in RunRow._fields))
    return Known(
        record["n"],
        record["play"],
        record["news"],
        row._replace(created_at=text(row.created_at), updated_at=text(row.updated_at)),
        StepRow(**orjson.loads(record["mark"])) if record["mark"] else None,
        tuple(_order(order) for order in given),
        tuple(tuple(StepRow(**step) for step in order[6]) for order in given),
        tuple((play, StepRow(**step)) for play, step in _json(record["taken"])),
    )


def _order(said: Sequence[Any]) -> Order:
    action, reason, subject, client, step, at, _ = said
    return Order(action, reason, subject, client, step, datetime.fromisoformat(at))


def workflow_id(engine: str, run_id: str, play: int) -> str:
    return f"{engine}:{run_id}#{play}"


def text(moment: Any) -> str:
    """As rows hold a time."""
    said: str = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return said


def dumped(rows: Sequence[StepRow]) -> str:
    return orjson.dumps([row._asdict() for row in rows]).decode()


def _json(column: str | None) -> list[Any]:
    return orjson.loads(column) if column else []
