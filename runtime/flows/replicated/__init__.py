"""The engine of flows for several replicas: DBOS on PostgreSQL.

engine.py     the port, over what follows
workflow.py   a play of a run is one DBOS workflow, a step of it one DBOS step
ledger.py     what a Saga is remembered by: DBOS's records, and what an operator has ordered
tables.py     what DBOS does not keep: the run itself, its orders (schema.py)
replica.py    the one DBOS of this process, shared by its APIs, and who takes over from a dead one
lease.py      that a replica is alive: an advisory lock that PostgreSQL takes from a silent one

A run is played once from its start and once more after each order that changes its course. Each play
goes by the orders given before it, so that the replay of a play takes the same way whatever is ordered
meanwhile.
"""
