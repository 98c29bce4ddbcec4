"""Copies of a backend's state, by name, so that many tests can begin where one has got to."""

import sqlite3

from sandbox.messages import Json


class Snapshots:
    """Kept in memory: they end with the sandbox."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._kept: dict[str, sqlite3.Connection] = {}

    def save(self, name: str) -> None:
        """One of that name is replaced."""
        if (known := self._kept.pop(name, None)) is not None:
            known.close()
        self._db.backup(kept := sqlite3.connect(":memory:"))
        self._kept[name] = kept

    def restore(self, name: str) -> None:
        """Raises ValueError."""
        if name not in self._kept:
            raise ValueError(f"There is no snapshot {name!r}; known: {', '.join(self._kept)}")
        self._kept[name].backup(self._db)


def read_order(order: Json) -> tuple[str, str]:
    """`{"save": name}` or `{"restore": name}`. Raises ValueError."""
    match order:
        case {"save": str(name)} if len(order) == 1:
            return "save", name
        case {"restore": str(name)} if len(order) == 1:
            return "restore", name
    raise ValueError("Send save or restore, with the name of a snapshot")
