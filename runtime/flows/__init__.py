"""Durable flows: what happens in order survives a kill at any instant, and is undone when it fails.

flow.py       `@flow("place-order")` names a function (payload, Saga) -> result
saga.py       what a flow is written with: step, together, sleep, wait_event, point_of_no_return
reading.py    `@reads`: of a step that only asks
linting/      a flow judged before it runs, and what each failure leads to
asking.py     a run for a caller's Idempotency-Key, and the same answer again
engine.py     the port: start, wait, get, list, family, recover, order, emit
orders.py     what an operator may order of a run: retry, skip, compensate, cancel
telling.py    what a run may be told while it is under way
paging.py     runs page by page
embedded.py   the engine that needs nothing installed, on a SQLite journal (journal.py)
replicated/   the engine for several replicas: DBOS on PostgreSQL

A flow's code runs again from the top after a restart, with the recorded outcome of every step that
has one. So it must be the same each time: no clock, no randomness and no calls outside of a step.
"""
