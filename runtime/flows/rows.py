"""The rows of the journal, and the statements that read and write them."""
# ruff: noqa: S608  what is put into the statements are our own column names

from typing import NamedTuple

from runtime.flows.run import Kind, Status, Verdict


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
    skippable: bool = False


RUN = ", ".join(RunRow._fields)
STEP = ", ".join(StepRow._fields)
OPEN = "status <> 'completed'"
"""What the index on status asks for; it leaves out the many that need nobody's attention."""

INSERT_RUN = f"insert into run ({RUN}) values (?,?,?,?,?,?,?,?,?,?,?) on conflict (id) do nothing"
ORDER = "action, reason, subject, client, step, at"
GET_ORDERS = f"""
    select {ORDER} from run_order where run = (select n from run where id = ?) order by seq
"""
ORDERS_GIVEN = "select count(*) from run_order where run = (select n from run where id = ?)"
GIVE_ORDER = f"""
    insert into run_order (run, seq, {ORDER})
    values ((select n from run where id = ?),?,?,?,?,?,?,?)
"""
END = f"""
    update run set status = ?, result = ?, problem = ?, updated_at = ?
    where id = ? and ({ORDERS_GIVEN}) = ?
"""
REOPEN = """
    update run set status = 'running', problem = null, fruitless = 0, updated_at = ?
    where id = ? and status = 'stuck'
"""
GET_RUN = f"select {RUN} from run where id = ?"
STEPS_OF = "select count(*) from step where step.run = run.n"
TAKE_UP = f"""
    update run set
        fruitless = case
            when reached < ({STEPS_OF}) then 1
            when exists (select 1 from step where step.run = run.n and outcome = 'waiting') then 0
            else fruitless + 1
        end,
        reached = ({STEPS_OF})
    where status = 'running' and {OPEN}
    returning n, id, fruitless
"""
GET_EVENT = "select value from event where run = (select n from run where id = ?) and name = ?"
TELL = """
    insert into event (run, name, value, at) values ((select n from run where id = ?),?,?,?)
"""
FAMILY = f"select {RUN} from run where id = ? or (id > ? and id < ?) order by n"
KEPT_NO_LONGER = """
    select n from run as old
    where status in ('completed', 'failed') and updated_at < :before
        and n < coalesce((select n from run where created_at >= :before order by n limit 1), 1 << 62)
        and not exists (
            select 1 from run as kin
            where kin.id > old.id || '-' and kin.id < old.id || '.'
                and (kin.updated_at >= :before or kin.status not in ('completed', 'failed'))
        )
    order by n limit :most
"""
"""Runs that ended before then with all of their family. Looks no further than runs that are as old."""
FORGET = ("step", "run_order", "event")
GET_STEPS = f"select {STEP} from step where run = (select n from run where id = ?) order by seq"
WRITE_STEP = f"""
    insert into step (run, {STEP}) values ((select n from run where id = ?),?,?,?,?,?,?,?,?)
    on conflict (run, seq) do update set
        outcome = excluded.outcome, detail = excluded.detail, attempts = excluded.attempts,
        at = excluded.at, skippable = excluded.skippable
"""
