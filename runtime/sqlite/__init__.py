"""A file of our own in SQLite: one process has it, one thread writes it, each commit is on the disk.

lock.py      one process at a time
file.py      opened so that a commit is durable, and brought to the version of this program
writer.py    all that is pending is one transaction
"""
