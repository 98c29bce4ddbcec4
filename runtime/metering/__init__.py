"""Whose calls an API counts, and how many of them there may be: `x-metered` in its contract.

periods.py   days and months, by the business clock in UTC
book.py      what is written down of a client: pure functions over one document
meter.py     counts calls together, before they are served
standing.py  what a client has left, as RateLimit header fields
opening.py   the meters of a process, and what its quotas may name
"""
