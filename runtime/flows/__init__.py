"""Durable flows: what happens in order survives a kill at any instant, and is undone when it fails.

flow.py       `@flow("place-order")` names a function (payload, Saga) -> result
saga.py       what a flow is written with: step, together, point_of_no_return
engine.py     the port: start, wait, get, list, recover, resume
embedded.py   the engine that needs nothing installed, on a SQLite journal (journal.py)

A flow's code runs again from the top after a restart, with the recorded outcome of every step that
has one. So it must be the same each time: no clock, no randomness and no calls outside of a step.
"""
