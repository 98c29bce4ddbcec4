"""Durable flows: what happens in order survives a kill at any instant, and is undone when it fails.

flow.py       `@flow("place-order")` names a function (payload, Saga) -> result
saga.py       what a flow is written with: step, together, point_of_no_return
reading.py    `@reads`: of a step that only asks
linting/      a flow judged before it runs, and what each failure leads to
engine.py     the port: start, wait, get, list, recover, order
orders.py     what an operator may order of a run: retry, skip, compensate, cancel
embedded.py   the engine that needs nothing installed, on a SQLite journal (journal.py)

A flow's code runs again from the top after a restart, with the recorded outcome of every step that
has one. So it must be the same each time: no clock, no randomness and no calls outside of a step.
"""
