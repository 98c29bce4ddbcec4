"""Opens a file so that every commit is on the disk, and makes one of an earlier version one of this."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path


class FileTooNew(Exception):
    """The file was written by a later version of this program."""


def connect(path: Path) -> sqlite3.Connection:
    """For one thread at a time; every commit is on the disk before it returns."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # it holds personal data
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for setting in ("journal_mode=wal", "synchronous=full", "fullfsync=on", "busy_timeout=5000"):
        connection.execute(f"pragma {setting}")
    return connection


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    """Each migration as one transaction; `user_version` counts how many the file has seen.

    Raises FileTooNew.
    """
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > len(migrations):
        raise FileTooNew(f"{path} has version {version}; this program knows {len(migrations)}")
    for number, script in enumerate(migrations[version:], version + 1):
        connection.executescript(f"begin; {script} pragma user_version={number}; commit;")
