"""A database of ours in PostgreSQL, shared by the processes of a deployment.

schema.py     our tables, and how those of an earlier version become those of this
failures.py   which errors say that the database is out of order, or that its URL is wrong
"""
