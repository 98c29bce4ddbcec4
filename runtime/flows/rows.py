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
    update run set status = 'running', problem = null, updated_at = ?
    where id = ? and status = 'stuck'
"""
GET_RUN = f"select {RUN} from run where id = ?"
UNFINISHED = f"select id from run where status = 'running' and {OPEN} order by n"
GET_STEPS = f"select {STEP} from step where run = (select n from run where id = ?) order by seq"
WRITE_STEP = f"""
    insert into step (run, {STEP}) values ((select n from run where id = ?),?,?,?,?,?,?,?,?)
    on conflict (run, seq) do update set
        outcome = excluded.outcome, detail = excluded.detail, attempts = excluded.attempts,
        at = excluded.at, skippable = excluded.skippable
"""
