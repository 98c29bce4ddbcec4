"""The tables of the journal, and how a file of an earlier version becomes one of this version."""

import os
import sqlite3
from pathlib import Path

MIGRATIONS = (
    # `n` keeps the steps of runs of the same minute on the same few pages, whatever their ids are.
    """
    create table run (
        n integer primary key,
        id text not null unique,
        flow text not null,
        owner text not null,
        payload text not null,
        payload_hash text not null,
        context text not null,
        status text not null,
        result text,
        problem text,
        created_at text not null,
        updated_at text not null
    );
    create index run_by_owner on run (owner);
    create index run_by_status on run (status) where status <> 'completed';
    create table step (
        run integer not null references run,
        seq integer not null,
        kind text not null,
        name text not null,
        outcome text not null,
        detail text not null,
        attempts integer not null,
        at text not null,
        primary key (run, seq)
    ) without rowid;
    """,
    # Of a step recorded before, nobody knows whether its result is needed: it is not skipped.
    """
    alter table step add column skippable integer not null default 0;
    create table run_order (
        run integer not null references run,
        seq integer not null,
        action text not null,
        reason text not null,
        subject text not null,
        client text not null,
        step text,
        at text not null,
        primary key (run, seq)
    ) without rowid;
    """,
)
"""`user_version` of a file counts how many of these it has seen."""


class JournalTooNew(Exception):
    """The file was written by a later version of this program."""


def connect(path: Path) -> sqlite3.Connection:
    """For one thread at a time; every commit is on the disk before it returns."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # it holds personal data
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for setting in ("journal_mode=wal", "synchronous=full", "fullfsync=on", "busy_timeout=5000"):
        connection.execute(f"pragma {setting}")
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Each migration as one transaction. Raises JournalTooNew."""
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > len(MIGRATIONS):
        raise JournalTooNew(f"{path} has version {version}; this program knows {len(MIGRATIONS)}")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.executescript(f"begin; {script} pragma user_version={number}; commit;")
