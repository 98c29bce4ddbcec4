"""Small JSON documents of our own, by key, each changed as a whole: kept where the flows are kept.

store.py          the port
in_file.py        a SQLite file, which the processes of one machine share
in_postgresql.py  the database of the flows, which all replicas share
opening.py        the one of the two that is configured
"""
